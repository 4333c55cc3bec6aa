/* Addresses: /{en|fr}/{place}?{state}. The language is the first part and nothing below depends
 * on it, so changing it re-renders the same components and whatever was typed stays. */
import {
  createContext,
  useContext,
  useSyncExternalStore,
  type AnchorHTMLAttributes,
  type MouseEvent,
} from 'react';
import type { Lang } from './types.ts';

const listeners = new Set<() => void>();
const notify = () => listeners.forEach((f) => f());
window.addEventListener('popstate', notify);

let guard: (() => boolean) | null = null;
/* A form with unsaved input may ask before its page is left. */
export function setGuard(f: (() => boolean) | null) {
  guard = f;
}

let moved = false;
/* True once a link was followed: from then on a new page takes the focus; a fresh one does not. */
export const hasMoved = () => moved;

export interface Place {
  lang: Lang | null;
  path: string;
  search: URLSearchParams;
  full: string;
}

export function parse(pathname: string, search: string): Place {
  const match = /^\/(en|fr)(\/.*)?$/.exec(pathname);
  const path = (match ? match[2] : pathname) || '/';
  return {
    lang: match ? (match[1] as Lang) : null,
    path: path.length > 1 ? path.replace(/\/+$/, '') : path,
    search: new URLSearchParams(search),
    full: pathname + search,
  };
}

export function usePlace(): Place {
  const full = useSyncExternalStore(
    (f) => {
      listeners.add(f);
      return () => void listeners.delete(f);
    },
    () => location.pathname + location.search,
  );
  const [pathname = '/', search = ''] = full.split(/(?=\?)/);
  return parse(pathname, search);
}

export function go(full: string, options: { replace?: boolean; keepScroll?: boolean; force?: boolean } = {}) {
  if (full === location.pathname + location.search) return;
  const leaving = parse(full.split('?')[0] ?? '/', '').path !== parse(location.pathname, '').path;
  if (leaving && guard && !options.force && !guard()) return;
  if (leaving) {
    guard = null;
    moved = true;
  }
  history[options.replace ? 'replaceState' : 'pushState'](null, '', full);
  if (leaving && !options.keepScroll) window.scrollTo(0, 0);
  notify();
}

export const LangContext = createContext<Lang>('en');

/* Makes /partners into /en/partners for whoever is reading. */
export function useHref() {
  const lang = useContext(LangContext);
  return (path: string) => `/${lang}${path === '/' ? '' : path}`;
}

export function useGo() {
  const href = useHref();
  return (path: string, options?: { replace?: boolean; keepScroll?: boolean; force?: boolean }) =>
    go(href(path), options);
}

/* Changes the query part of the address in place, keeping the other parameters. */
export function setSearch(changes: Record<string, string | undefined>) {
  const search = new URLSearchParams(location.search);
  for (const [k, v] of Object.entries(changes)) {
    if (v === undefined || v === '') search.delete(k);
    else search.set(k, v);
  }
  const text = search.toString();
  go(location.pathname + (text ? '?' + text : ''), { replace: true, keepScroll: true });
}

export function Link({ to, ...props }: { to: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  const href = useHref()(to);
  const onClick = (e: MouseEvent<HTMLAnchorElement>) => {
    props.onClick?.(e);
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    go(href);
  };
  return <a {...props} href={href} onClick={onClick} />;
}
