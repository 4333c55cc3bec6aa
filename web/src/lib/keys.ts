/* Single-key shortcuts. They rest while something is being typed or a dialog is open, and can be
 * turned off (WCAG 2.1.4). "g" waits a moment for the key of the place to go to. */
import { useEffect, useRef } from 'react';
import { keysOn } from './prefs.ts';

export type Shortcuts = Record<string, () => void>;

function typing(e: KeyboardEvent): boolean {
  const el = e.target as HTMLElement | null;
  return Boolean(
    el?.closest('input, textarea, select, [contenteditable], [role=dialog], [role=listbox], [role=menu]'),
  );
}

export function useShortcuts(shortcuts: Shortcuts) {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    let prefix = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onKey = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || typing(e) || !keysOn()) return;
      if (document.querySelector('[role=dialog]')) return;
      const run = latest.current[prefix + e.key];
      clearTimeout(timer);
      prefix = '';
      if (run) {
        e.preventDefault();
        run();
      } else if (e.key === 'g') {
        prefix = 'g';
        timer = setTimeout(() => {
          prefix = '';
        }, 1200);
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/* In a table whose rows hold one main link, the up and down arrows go from row to row. */
export function onTableKey(e: React.KeyboardEvent<HTMLElement>) {
  if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
  const at = (e.target as HTMLElement).closest('tr');
  if (!at || !(e.target as HTMLElement).matches('a, button')) return;
  let row: Element | null = at;
  do row = e.key === 'ArrowDown' ? row.nextElementSibling : row.previousElementSibling;
  while (row && !row.querySelector('a, button'));
  if (!row) return;
  e.preventDefault();
  row.querySelector<HTMLElement>('[data-row], a, button')?.focus();
}
