/* Cursor paging: the first page is a normal query; further ones are appended and dropped again when
 * the question changes or the first page is read anew. */
import { useEffect, useRef, useState } from 'react';
import { get, type Params } from '../api.ts';
import { useQuery } from './query.ts';
import type { Marked, Page, Ref } from './types.ts';

export function usePages<T, P extends Page<T>>(path: string, params: Params) {
  const query = useQuery<P>(path, params);
  const [extra, setExtra] = useState<{ of: P | undefined; pages: P[] }>({ of: undefined, pages: [] });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const first = query.data;
  const pages = extra.of === first ? extra.pages : [];
  const latest = useRef(first);
  useEffect(() => {
    latest.current = first;
    setError(null);
  }, [first]);
  const last = pages.length ? (pages[pages.length - 1] as P) : first;
  const more = async () => {
    if (!last?.next || busy) return;
    setBusy(true);
    try {
      const { data } = await get<P>(path, { ...params, cursor: last.next });
      if (latest.current === first) setExtra({ of: first, pages: [...pages, data] });
    } catch (x) {
      setError(x);
    } finally {
      setBusy(false);
    }
  };
  const all = first ? [first, ...pages] : [];
  return {
    query,
    busy,
    error,
    more,
    items: all.flatMap((p) => p.items),
    refs: Object.assign({}, ...all.map((p) => p.refs ?? {})) as Record<string, Ref>,
    markings: all.map((p) => (p as Marked).marking),
    hasMore: Boolean(last?.next),
  };
}
