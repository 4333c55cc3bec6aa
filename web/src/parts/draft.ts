/* The draft of a quick entry. It lives outside every page, so that closing, an error or a walk to
 * another page does not lose it. */
import { useSyncExternalStore } from 'react';
import { isoDay } from '../lib/format.ts';
import { attempt } from '../lib/title.ts';
import type { Label, Rec } from '../lib/types.ts';
import { remember, type Picked } from './picker.tsx';

export interface PromiseDraft {
  key: string;
  by: 'us' | 'them';
  text: string;
  due: string;
  stakes: string;
  saved?: boolean;
}
export interface Draft {
  key: string;
  partner: string;
  when: string;
  mode: string;
  title: string;
  summary: string;
  outcome: string;
  others: string[];
  promises: PromiseDraft[];
  label?: Label;
  engagement?: Rec;
}
const blank = (): Draft => ({
  key: attempt(),
  partner: '',
  when: isoDay(new Date()),
  mode: 'meeting',
  title: '',
  summary: '',
  outcome: '',
  others: [],
  promises: [],
});
export const blankPromise = (): PromiseDraft => ({
  key: attempt(),
  by: 'them',
  text: '',
  due: '',
  stakes: 'routine',
});

let state: { open: boolean; draft: Draft } = { open: false, draft: blank() };
const listeners = new Set<() => void>();
function set(next: Partial<typeof state>) {
  state = { ...state, ...next };
  listeners.forEach((f) => f());
}
export const change = (part: Partial<Draft>) => set({ draft: { ...state.draft, ...part } });

export function openQuick(start?: { partner?: Picked }) {
  if (start?.partner) {
    remember(start.partner);
    const used =
      state.draft.title || state.draft.summary || state.draft.promises.length || state.draft.engagement;
    if (!used) change({ partner: start.partner.id });
  }
  set({ open: true });
}
export const closeQuick = () => set({ open: false });
export const discardQuick = () => set({ open: false, draft: blank() });
/* The draft as it is now; the one that a component was drawn with may be older. */
export const draftNow = () => state.draft;

export const useQuick = () =>
  useSyncExternalStore(
    (f) => {
      listeners.add(f);
      return () => void listeners.delete(f);
    },
    () => state,
  );
