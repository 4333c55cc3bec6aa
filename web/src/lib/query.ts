/* Reading with a small cache: a page that is opened again shows what it had at once and is brought
 * up to date behind. Answers are kept per address, so nothing is shown under another question. */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { get, withParams, type Params } from '../api.ts';

interface Entry {
  data: unknown;
  etag: string;
  epoch: number;
}
const cache = new Map<string, Entry>();
const LIMIT = 120;
let epoch = 0;
const listeners = new Set<() => void>();

/* Every answer read before this moment is out of date: open pages read again. */
export function invalidate() {
  epoch++;
  listeners.forEach((f) => f());
}

export function forget() {
  cache.clear();
  invalidate();
}

function subscribe(f: () => void) {
  listeners.add(f);
  return () => void listeners.delete(f);
}

export interface Query<T> {
  data: T | undefined;
  etag: string;
  error: unknown;
  loading: boolean;
  reload: () => void;
}

function keep(key: string, entry: Entry) {
  cache.delete(key);
  cache.set(key, entry);
  if (cache.size > LIMIT) cache.delete(cache.keys().next().value as string);
}

export function useQuery<T>(path: string | null, params?: Params): Query<T> {
  const key = path === null ? '' : withParams(path, params);
  const now = useSyncExternalStore(subscribe, () => epoch);
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<{ key: string; error: unknown; done: boolean }>({
    key: '',
    error: null,
    done: false,
  });
  const last = useRef<{ base: string; entry: Entry } | null>(null);
  const hit = key ? cache.get(key) : undefined;

  useEffect(() => {
    if (!key) return;
    const known = cache.get(key);
    if (known && known.epoch === epoch && turn === 0) {
      setState({ key, error: null, done: true });
      return;
    }
    const abort = new AbortController();
    const asked = epoch;
    setState((s) => ({ key, error: s.key === key ? s.error : null, done: false }));
    get<T>(key, undefined, abort.signal).then(
      ({ data, etag }) => {
        keep(key, { data, etag, epoch: asked });
        setState({ key, error: null, done: true });
      },
      (error) => {
        if (!abort.signal.aborted) setState({ key, error, done: true });
      },
    );
    return () => abort.abort();
  }, [key, now, turn]);

  const reload = useCallback(() => setTurn((t) => t + 1), []);
  const base = path ?? '';
  if (hit) last.current = { base, entry: hit };
  const settled = state.key === key && state.done;
  /* While a filter changes, the old rows stay until the new ones come: no flicker. */
  const stale = !hit && !settled && last.current?.base === base ? last.current.entry : undefined;
  const shown = hit ?? stale;
  const error = state.key === key ? state.error : null;
  return {
    data: error && !hit ? undefined : (shown?.data as T | undefined),
    etag: hit?.etag ?? '',
    error,
    loading: Boolean(key) && !settled,
    reload,
  };
}
