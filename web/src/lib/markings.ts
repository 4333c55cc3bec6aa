/* The marking of a page is that of everything shown on it. Each answer that is on screen says its
 * marking here; the banners show them, the most restrictive classification first. */
import { useEffect, useSyncExternalStore } from 'react';
import type { Marking } from './types.ts';

const shown = new Map<object, Marking>();
const listeners = new Set<() => void>();
let snapshot: Marking[] = [];

function publish() {
  const unique = new Map<string, Marking>();
  for (const m of shown.values()) if (m.en) unique.set(m.en, m);
  snapshot = [...unique.values()];
  listeners.forEach((f) => f());
}

export function useMarking(marking: Marking | undefined) {
  const en = marking?.en ?? '';
  const fr = marking?.fr ?? en;
  useEffect(() => {
    if (!en) return;
    const token = {};
    shown.set(token, { en, fr });
    publish();
    return () => {
      shown.delete(token);
      publish();
    };
  }, [en, fr]);
}

export function useMarkings(): Marking[] {
  return useSyncExternalStore(
    (f) => {
      listeners.add(f);
      return () => void listeners.delete(f);
    },
    () => snapshot,
  );
}
