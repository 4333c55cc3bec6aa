/* Chooses the catalogue. French punctuation gets its non-breaking spaces here, once, so that no
 * translator has to type them and no sentence can miss one. */
import { createContext, useContext } from 'react';
import { LangContext } from '../lib/router.tsx';
import type { Choice, Lang, Marking, Ref } from '../lib/types.ts';
import { en, type Catalogue } from './en.ts';
import { fr } from './fr.ts';

const NBSP = '\u00a0';
export const frenchSpaces = (text: string) =>
  text.replace(/ ([:;!?»%])/g, NBSP + '$1').replace(/« /g, '«' + NBSP);

function typeset<T>(value: T): T {
  if (typeof value === 'string') return frenchSpaces(value) as T;
  if (typeof value === 'function')
    return ((...args: unknown[]) => frenchSpaces((value as (...a: unknown[]) => string)(...args))) as T;
  if (Array.isArray(value)) return value.map(typeset) as T;
  return Object.fromEntries(Object.entries(value as object).map(([k, v]) => [k, typeset(v)])) as T;
}

export const catalogues: Record<Lang, Catalogue> = { en, fr: typeset(fr) };

export const useLang = () => useContext(LangContext);
export const useText = () => catalogues[useLang()];

/* The name of a thing in the reader's language, and the language it is really in. */
export function named(
  lang: Lang,
  r: { title?: string; title_fr?: string } | undefined,
): { text: string; lang?: string } {
  if (!r) return { text: '' };
  if (lang === 'fr') return r.title_fr ? { text: r.title_fr } : { text: r.title ?? '' };
  return { text: r.title ?? r.title_fr ?? '' };
}

export const marking = (lang: Lang, m: Marking | undefined) => (m ? m[lang] || m.en : '');
export const choice = (lang: Lang, c: Choice) => c[lang] || c.en || c.value;
export const refTitle = (lang: Lang, r: Ref | undefined) => named(lang, r).text;

export const RefsContext = createContext<Record<string, Ref>>({});
