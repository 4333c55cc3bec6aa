/* The one place that talks to the server. It adds the language and the anti-forgery header, turns
 * problem+json into ApiError, and tells the application when the session has ended. It never
 * decides what to show. */
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
  type?: string /* of the text */;
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

export async function call<T>(method: string, path: string, options: Options = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': language };
  let body: string | undefined;
  if (options.body !== undefined) {
    headers['Content-Type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    body = JSON.stringify(options.body);
  } else if (options.text !== undefined) {
    headers['Content-Type'] = options.type ?? 'text/csv; charset=utf-8';
    body = options.text;
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
  const text = response.status === 204 ? '' : await response.text();
  return { data: (text ? JSON.parse(text) : undefined) as T, etag: response.headers.get('ETag') ?? '' };
}

export type Params = Record<string, string | number | boolean | undefined | null>;

export function withParams(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export const get = <T>(path: string, params?: Params, signal?: AbortSignal) =>
  call<T>('GET', withParams(path, params), { signal });
export const post = <T>(path: string, body?: unknown, etag?: string, key?: string) =>
  call<T>('POST', path, { body: body ?? {}, etag, key });
export const patch = <T>(path: string, body: unknown, etag?: string) =>
  call<T>('PATCH', path, { body, etag });
