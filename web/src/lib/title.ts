/* What a record is called, for lists and pickers. Kinds without a title of their own are named after
 * what they tie together. */
import { named, refTitle } from '../i18n/index.ts';
import type { Lang, Rec, Refs } from './types.ts';

const str = (r: Rec, f: string) => (typeof r[f] === 'string' ? (r[f] as string) : '');

/* The other language's name is better than none; it says which language it is in. */
function inEither(lang: Lang, en: string, fr: string): { text: string; lang?: string } {
  const own = lang === 'fr' ? fr : en,
    other = lang === 'fr' ? en : fr;
  return own || !other ? { text: own } : { text: other, lang: lang === 'fr' ? 'en' : 'fr' };
}

export function titleOf(lang: Lang, r: Rec, refs: Refs): { text: string; lang?: string } {
  const ref = (f: string) => refTitle(lang, refs[str(r, f)]);
  const pair = (a: string, b: string, sign = '–') => ({
    text: [ref(a), ref(b)].filter(Boolean).join(` ${sign} `),
  });
  switch (r.kind) {
    case 'actor':
      return inEither(lang, str(r, 'name_en'), str(r, 'name_fr'));
    case 'agreement':
      return inEither(lang, str(r, 'title'), str(r, 'title_fr'));
    case 'relationship':
      return pair('a', 'b');
    case 'posting':
      return pair('person', 'position');
    case 'membership':
      return pair('member', 'group', '→');
    case 'commitment':
      return { text: str(r, 'text') };
    case 'disclosure':
      return { text: str(r, 'summary') };
    case 'concept':
      return inEither(lang, str(r, 'pref'), str(r, 'pref_fr'));
    case 'mapping':
      return pair('from', 'to', '→');
    case 'offer':
      return pair('actor', 'capability');
    case 'access': {
      const to = ref('target') || ref('concept') || str(r, 'subject') || str(r, 'region');
      return { text: [ref('holder'), to].filter(Boolean).join(' → ') };
    }
    case 'transaction':
      return { text: str(r, 'item') };
    case 'assessment':
      return { text: str(r, 'rationale') };
    default: {
      const own = named(lang, { title: str(r, 'title'), title_fr: str(r, 'title_fr') });
      return own.text ? own : { text: str(r, 'name') || str(r, 'text') || r.id };
    }
  }
}

/* A random name for one attempt to write, so that sending it twice writes once. */
export function attempt(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}
