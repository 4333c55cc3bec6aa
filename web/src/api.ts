/* The one place that talks to the server. It adds the language and the anti-forgery header, asks with
 * a partner's eyes when a disclosure officer wants it, turns problem+json into ApiError, and tells the
 * application when the session has ended. It never decides what to show. */
import { asPartner, setNarrowed } from './lib/partner.ts';
import type { Lang } from './lib/types.ts';

export interface FieldError {
  pointer?: string;
  code?: string;
  detail?: string;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly detail: string,
    readonly errors: FieldError[] = [],
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

let language: Lang = 'en';
let csrf = '';
let onSignedOut: () => void = () => undefined;

export function configure(options: { language?: Lang; csrf?: string; onSignedOut?: () => void }) {
  if (options.language) language = options.language;
  if (options.csrf !== undefined) csrf = options.csrf;
  if (options.onSignedOut) onSignedOut = options.onSignedOut;
}

export interface Answer<T> {
  data: T;
  etag: string;
}
interface Options {
  body?: unknown;
  text?: string;
  file?: Blob;
  type?: string /* of the text or the file */;
  etag?: string;
  signal?: AbortSignal;
  quiet?: boolean;
  key?: string;
}

async function problem(response: Response): Promise<ApiError> {
  let p: { title?: string; code?: string; detail?: string; errors?: FieldError[] } = {};
  try {
    p = await response.json();
  } catch {
    /* A proxy may answer with something that is not JSON; the status still says enough. */
  }
  const retry = Number(response.headers.get('Retry-After')) || undefined;
  return new ApiError(
    response.status,
    p.code ?? String(response.status),
    p.title ?? response.statusText,
    p.detail ?? '',
    p.errors ?? [],
    retry,
  );
}

/* Who is reading and in which words: nobody else's to answer. Everything else is asked as the partner. */
const OURS = /^\/(me|kinds|policy|logout|login)([/?]|$)/;

/* Fails closed: what was asked as a partner and answered as the officer is not shown. */
function checkPartner(path: string, response: Response) {
  if (!asPartner() || OURS.test(path)) return;
  if (response.headers.get('Entente-As') !== asPartner()?.id)
    throw new ApiError(0, 'not-as-partner', '', '');
  if (response.headers.get('Entente-As-Narrowed') === 'true') setNarrowed();
}

async function ask(method: string, path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': language };
  let body: string | Blob | undefined;
  const as = OURS.test(path) ? null : asPartner();
  if (as && method !== 'GET') throw new ApiError(0, 'as-partner', '', '');
  if (as) headers['Entente-As'] = as.id;
  if (options.body !== undefined) {
    headers['Content-Type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    body = JSON.stringify(options.body);
  } else if (options.text !== undefined) {
    headers['Content-Type'] = options.type ?? 'text/csv; charset=utf-8';
    body = options.text;
  } else if (options.file) {
    headers['Content-Type'] = options.type ?? 'application/octet-stream';
    body = options.file;
  }
  if (method !== 'GET') headers['X-Entente-CSRF'] = csrf;
  if (options.etag) headers['If-Match'] = options.etag;
  if (options.key) headers['Idempotency-Key'] = options.key;
  let response: Response;
  try {
    response = await fetch('/api/v1' + path, {
      method,
      headers,
      body,
      signal: options.signal,
      credentials: 'same-origin',
    });
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e;
    throw new ApiError(0, 'offline', '', '');
  }
  if (!response.ok) {
    if (response.status === 401 && !options.quiet) onSignedOut();
    throw await problem(response);
  }
  checkPartner(path, response);
  return response;
}

export async function call<T>(method: string, path: string, options: Options = {}): Promise<Answer<T>> {
  const response = await ask(method, path, options);
  const text = response.status === 204 ? '' : await response.text();
  return { data: (text ? JSON.parse(text) : undefined) as T, etag: response.headers.get('ETag') ?? '' };
}

/* What is made as a file, with its marking in both languages. */
export async function callFile(method: string, path: string): Promise<Blob> {
  return (await ask(method, path, {})).blob();
}

export type Params = Record<string, string | number | boolean | undefined | null>;

export function withParams(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/* The address of a file that the browser fetches by itself: as the partner too, while it is so read. */
export const fileHref = (path: string, params: Params = {}) =>
  withParams('/api/v1' + path, { ...params, as: asPartner()?.id });

export const get = <T>(path: string, params?: Params, signal?: AbortSignal) =>
  call<T>('GET', withParams(path, params), { signal });
export const post = <T>(path: string, body?: unknown, etag?: string, key?: string) =>
  call<T>('POST', path, { body: body ?? {}, etag, key });
export const patch = <T>(path: string, body: unknown, etag?: string) =>
  call<T>('PATCH', path, { body, etag });
