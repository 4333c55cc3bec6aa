/* Reading with a partner's eyes. Kept for this tab only. Turning it on or off loads the page anew, so
 * that nothing which was read before stays on the screen or in memory. */
import { useSyncExternalStore } from 'react';

export interface AsPartner {
  id: string;
  name: string;
}

const KEY = 'entente-as';
let narrowed = false;
const listeners = new Set<() => void>();

function kept(): AsPartner | null {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as AsPartner | null;
    return typeof found?.id === 'string' && typeof found.name === 'string' ? found : null;
  } catch {
    return null;
  }
}
const current = kept();

export const asPartner = () => current;

/* Goes to a page as somebody, or as oneself; without a page, stays. */
export function lookAs(partner: AsPartner | null, href?: string) {
  if (partner) sessionStorage.setItem(KEY, JSON.stringify(partner));
  else sessionStorage.removeItem(KEY);
  if (href && href !== location.pathname + location.search) location.assign(href);
  else location.reload();
}

/* At the end of a session: whoever signs in next reads as oneself. */
export function forgetPartner(): boolean {
  sessionStorage.removeItem(KEY);
  return current !== null;
}

/* The officer's clearance hides something that the partner may see. */
export function setNarrowed() {
  if (narrowed) return;
  narrowed = true;
  listeners.forEach((f) => f());
}

export const useNarrowed = () =>
  useSyncExternalStore(
    (f) => {
      listeners.add(f);
      return () => void listeners.delete(f);
    },
    () => narrowed,
  );
