/* One short message at a time, said politely; it may carry one action, such as undo. */
import { useSyncExternalStore } from 'react';

export interface Toast {
  text: string;
  action?: { label: string; run: () => void };
}
let current: Toast | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

export function toast(next: Toast | null) {
  clearTimeout(timer);
  current = next;
  if (next) timer = setTimeout(() => toast(null), next.action ? 12000 : 5000);
  listeners.forEach((f) => f());
}

export const useToast = () =>
  useSyncExternalStore(
    (f) => {
      listeners.add(f);
      return () => void listeners.delete(f);
    },
    () => current,
  );
