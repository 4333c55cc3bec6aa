/* Numbers, dates and order as the reader's language writes them. Dates keep the precision that
 * they were given: a year stays a year. */
import type { Lang } from './types.ts';

const locale = (lang: Lang) => (lang === 'fr' ? 'fr-CA' : 'en-CA');
const memo = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function number(lang: Lang, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = lang + JSON.stringify(options);
  if (!memo.has(key)) memo.set(key, new Intl.NumberFormat(locale(lang), options));
  return memo.get(key) as Intl.NumberFormat;
}

function date(lang: Lang, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = 'd' + lang + JSON.stringify(options);
  if (!memo.has(key)) memo.set(key, new Intl.DateTimeFormat(locale(lang), options));
  return memo.get(key) as Intl.DateTimeFormat;
}

export const num = (lang: Lang, v: number, digits = 0) =>
  number(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(v);
export const percent = (lang: Lang, v: number, digits = 0) =>
  number(lang, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(v);
/* A signed figure; a true minus sign, so that columns align and screen readers say it. */
export const signed = (lang: Lang, v: number, digits: number) =>
  number(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: 'exceptZero' })
    .format(v)
    .replace('-', '\u2212');

const DAY = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;

export function when(lang: Lang, v: string | undefined, short = false): string {
  if (!v) return '';
  const m = DAY.exec(v);
  const month = short ? 'short' : 'long';
  if (!m) {
    const t = new Date(v);
    if (isNaN(+t)) return v;
    return date(lang, { year: 'numeric', month, day: 'numeric', hour: '2-digit', minute: '2-digit' }).format(
      t,
    );
  }
  if (!m[2]) return m[1] ?? v;
  const t = new Date(Date.UTC(Number(m[1]), Number(m[2]) - 1, Number(m[3] ?? 1)));
  return date(
    lang,
    m[3]
      ? { year: 'numeric', month, day: 'numeric', timeZone: 'UTC' }
      : { year: 'numeric', month, timeZone: 'UTC' },
  ).format(t);
}

/* The day only, also of an instant. */
export const day = (lang: Lang, v: string | undefined, short = true) => when(lang, v?.slice(0, 10), short);

export function ago(lang: Lang, days: number): string {
  const key = 'r' + lang;
  if (!relative.has(key)) relative.set(key, new Intl.RelativeTimeFormat(locale(lang), { numeric: 'auto' }));
  const f = relative.get(key) as Intl.RelativeTimeFormat;
  const a = Math.abs(days);
  if (a < 45) return f.format(-days, 'day');
  if (a < 640) return f.format(-Math.round(days / 30.44), 'month');
  return f.format(-Math.round(days / 365.25), 'year');
}
const relative = new Map<string, Intl.RelativeTimeFormat>();

/* How far off a deadline is: in days while one plans in days, never "next month". */
export function away(lang: Lang, days: number): string {
  if (Math.abs(days) >= 120) return ago(lang, -days);
  const near = Math.abs(days) < 2;
  const key = (near ? 'r' : 'a') + lang;
  if (!relative.has(key))
    relative.set(key, new Intl.RelativeTimeFormat(locale(lang), { numeric: near ? 'auto' : 'always' }));
  return (relative.get(key) as Intl.RelativeTimeFormat).format(days, 'day');
}

export function collator(lang: Lang): Intl.Collator {
  return new Intl.Collator(locale(lang), { sensitivity: 'base', numeric: true });
}

const names = new Map<string, Intl.DisplayNames>();
const ALPHA3: Record<string, string> = {};
/* Names of countries come from the browser; it knows alpha-2 codes, records hold alpha-3. */
export function country(lang: Lang, alpha3: string): string {
  const two = ALPHA3[alpha3];
  if (!two) return alpha3;
  if (!names.has(lang)) names.set(lang, new Intl.DisplayNames(locale(lang), { type: 'region' }));
  try {
    return names.get(lang)?.of(two) ?? alpha3;
  } catch {
    return alpha3;
  }
}
export function countryCodes(): string[] {
  return Object.keys(ALPHA3);
}
export function setCountries(pairs: string) {
  for (const pair of pairs.split(' ')) ALPHA3[pair.slice(0, 3)] = pair.slice(3);
}

/* "2026-11-23" of a moment, in the reader's own time zone. */
export function isoDay(t: Date): string {
  const p = (n: number) => String(n).padStart(2, '0');
  return `${t.getFullYear()}-${p(t.getMonth() + 1)}-${p(t.getDate())}`;
}

/* Reads what people type in a date field: ISO at any precision, "today", "+14d", "-2w", "+3m". */
export function readWhen(text: string, today = new Date()): string | null {
  const t = text.trim().toLowerCase();
  if (t === '') return '';
  if (/^(t|today|auj|aujourd.hui)$/.test(t)) return isoDay(today);
  const rel = /^([+-]\d{1,4})\s*([dwmyjsa])$/.exec(t);
  if (rel) {
    const n = Number(rel[1]);
    const d = new Date(today.getFullYear(), today.getMonth(), today.getDate());
    const unit = rel[2] as string;
    if ('dj'.includes(unit)) d.setDate(d.getDate() + n);
    else if ('ws'.includes(unit)) d.setDate(d.getDate() + 7 * n);
    else if (unit === 'm') d.setMonth(d.getMonth() + n);
    else d.setFullYear(d.getFullYear() + n);
    return isoDay(d);
  }
  const m = DAY.exec(t);
  if (m) {
    const month = Number(m[2] ?? 1),
      dd = Number(m[3] ?? 1);
    const d = new Date(Date.UTC(Number(m[1]), month - 1, dd));
    return month <= 12 && d.getUTCMonth() === month - 1 && d.getUTCDate() === dd ? t : null;
  }
  const local = /^(\d{4}-\d{2}-\d{2})[t ](\d{1,2})(?::|h ?)(\d{2})$/.exec(t);
  if (local) {
    const d = new Date(`${local[1]}T${(local[2] as string).padStart(2, '0')}:${local[3]}:00`);
    return isNaN(+d) ? null : d.toISOString().replace('.000Z', 'Z');
  }
  if (/^\d{4}-\d{2}-\d{2}t/.test(t)) return isNaN(+new Date(text)) ? null : text.trim();
  return null;
}
