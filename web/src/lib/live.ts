/* Changes that others make, as the server streams them. They are only counted: nothing on screen
 * moves until the reader asks, so that no input is disturbed. */
import { useSyncExternalStore } from 'react';
import { get } from '../api.ts';
import { invalidate } from './query.ts';

const pending = new Set<string>();
const mine = new Set<string>();
const listeners = new Set<() => void>();
/* Relationships whose state of attention changed. */
const moved = new Set<string>();
let count = 0,
  calls = 0;

function publish() {
  count = pending.size;
  calls = moved.size;
  listeners.forEach((f) => f());
}

/* The reader's own writes are no news. */
export function wrote(id: string, version: number) {
  mine.add(`${id}:${version}`);
  if (pending.delete(`${id}:${version}`)) publish();
  invalidate();
}

export function refresh() {
  pending.clear();
  moved.clear();
  publish();
  invalidate();
}

export function listen(): () => void {
  const source = new EventSource('/api/v1/events');
  source.addEventListener('change', (e) => {
    try {
      const d = JSON.parse((e as MessageEvent<string>).data) as { id: string; version: number };
      const key = `${d.id}:${d.version}`;
      if (mine.has(key)) return;
      pending.add(key);
      publish();
    } catch {
      /* An event that is not understood is not counted. */
    }
  });
  /* A stream that the server will not give again has ended with its session: asking says so. */
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) void get('/me').catch(() => undefined);
  });
  source.addEventListener('attention', (e) => {
    try {
      moved.add((JSON.parse((e as MessageEvent<string>).data) as { relationship: string }).relationship);
      publish();
    } catch {
      /* As above. */
    }
  });
  return () => source.close();
}

function subscribe(f: () => void) {
  listeners.add(f);
  return () => void listeners.delete(f);
}
export const useNews = () => useSyncExternalStore(subscribe, () => count);
export const useCalls = () => useSyncExternalStore(subscribe, () => calls);
