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

/* Names of UN M49 areas and of countries come from the browser; a subdivision keeps its code. */
export function region(lang: Lang, code: string): string {
  const part = /^([A-Z]{2})-[A-Z0-9]{1,3}$/.exec(code);
  if (!names.has(lang)) names.set(lang, new Intl.DisplayNames(locale(lang), { type: 'region' }));
  try {
    if (part) return `${names.get(lang)?.of(part[1] as string) ?? part[1]} (${code})`;
    return /^\d{3}$/.test(code) ? (names.get(lang)?.of(code) ?? code) : country(lang, code);
  } catch {
    return code;
  }
}
/* What was typed as an area, as records hold it; null when it cannot be one. */
export function readRegion(text: string): string | null {
  const t = text.trim().toUpperCase().replace(/^(M49|ISO)-/, '');
  if (/^\d{1,3}$/.test(t)) return t.padStart(3, '0');
  if (ALPHA3[t] || t === '') return t;
  const three = Object.keys(ALPHA3).find((k) => ALPHA3[k] === t);
  if (three) return three;
  return /^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(t) ? t : null;
}

const DURATION =
  /^P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UNITS = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'];
const WORDS: [RegExp, string][] = [
  [/^(?:years?|yrs?|y|ans?|années?|a)$/, 'Y'],
  [/^(?:months?|mois|m)$/, 'M'],
  [/^(?:weeks?|semaines?|w|sem)$/, 'W'],
  [/^(?:days?|jours?|d|j)$/, 'D'],
  [/^(?:hours?|heures?|h)$/, 'H'],
];
/* "P1Y6M" in words: "1 year, 6 months". */
export function duration(lang: Lang, v: string): string {
  const m = DURATION.exec(v);
  if (!m) return v;
  const parts = UNITS.map((unit, i) => ({ unit, n: Number(m[i + 1] ?? 0) })).filter((p) => p.n > 0);
  if (parts.length === 0) parts.push({ unit: 'day', n: 0 });
  return parts
    .map(({ unit, n }) =>
      new Intl.NumberFormat(locale(lang), { style: 'unit', unit, unitDisplay: 'long' }).format(n),
    )
    .join(', ');
}
/* Reads ISO 8601 and what people type instead: "6 months", "90 j", "36 h". */
export function readDuration(text: string): string | null {
  const t = text.trim();
  if (t === '') return '';
  if (DURATION.test(t.toUpperCase())) return t.toUpperCase();
  const said = /^(\d{1,5})\s*([a-zé]+)$/.exec(t.toLowerCase());
  const unit = said && WORDS.find(([word]) => word.test(said[2] as string))?.[1];
  if (!said || !unit) return null;
  return unit === 'H' ? `PT${said[1]}H` : `P${said[1]}${unit}`;
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
