/* Choices of this browser, not of the user: appearance, and whether single keys are shortcuts. */
import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';
const listeners = new Set<() => void>();

function read(key: string): string | null {
  try {
    return localStorage.getItem('entente.' + key);
  } catch {
    return null;
  }
}
function write(key: string, value: string | null) {
  try {
    if (value === null) localStorage.removeItem('entente.' + key);
    else localStorage.setItem('entente.' + key, value);
  } catch {
    /* Refused storage only means that the choice lasts until the page is closed. */
  }
}

let theme: Theme = (['light', 'dark'].includes(read('theme') ?? '') ? read('theme') : 'system') as Theme;
let keys = read('keys') !== 'off';
let version = 0;
const media = matchMedia('(prefers-color-scheme: dark)');
const changed = () => {
  version++;
  listeners.forEach((f) => f());
};
media.addEventListener('change', changed);

export function setTheme(value: Theme) {
  theme = value;
  write('theme', value === 'system' ? null : value);
  if (value === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = value;
  changed();
}
export function setKeys(on: boolean) {
  keys = on;
  write('keys', on ? null : 'off');
  changed();
}
const subscribe = (f: () => void) => {
  listeners.add(f);
  return () => void listeners.delete(f);
};
export function usePrefs() {
  useSyncExternalStore(subscribe, () => version);
  return { theme, keys, dark: theme === 'dark' || (theme === 'system' && media.matches) };
}
export const keysOn = () => keys;
