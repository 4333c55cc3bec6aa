/* Durations as records hold them (ISO 8601, "P30D") and as people say them ("30 days", "72 h").
 * Months and minutes share a letter: alone, "m" means months, as in dates; "min" means minutes. */
import type { Lang } from './types.ts';

export const UNITS = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const;
export type Unit = (typeof UNITS)[number];
export type Parts = Partial<Record<Unit, number>>;

const ISO = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

export function durationParts(iso: string): Parts | null {
  const m = ISO.exec(iso.trim().toUpperCase());
  if (!m || /T$/.test(iso.toUpperCase()) || m.slice(1).every((x) => x === undefined)) return null;
  const out: Parts = {};
  UNITS.forEach((u, i) => {
    const v = Number(m[i + 1] ?? 0);
    if (v) out[u] = v;
  });
  return out;
}

function inWords(lang: Lang, parts: Parts): string {
  const said = UNITS.filter((u) => parts[u]).map((unit) =>
    new Intl.NumberFormat(`${lang}-CA`, { style: 'unit', unit, unitDisplay: 'long' }).format(
      parts[unit] as number,
    ),
  );
  if (said.length === 0) said.push(inWords(lang, { day: 0 }));
  return new Intl.ListFormat(`${lang}-CA`, { type: 'conjunction' }).format(said);
}

/* "P1Y6M" as "1 year and 6 months"; what is not a duration is shown as it is. */
export function durationText(lang: Lang, iso: string | undefined): string {
  if (!iso) return '';
  const parts = durationParts(iso);
  if (!parts) return iso;
  if (Object.keys(parts).length > 0) return inWords(lang, parts);
  return new Intl.NumberFormat(`${lang}-CA`, { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(0);
}

/* Hours in the two largest units that matter: "5 hours", "2 days and 4 hours", "12 days". */
export function hoursText(lang: Lang, hours: number): string {
  const h = Math.abs(hours);
  if (h < 1) return inWords(lang, { minute: Math.max(1, Math.round(h * 60)) });
  if (h < 24) return inWords(lang, { hour: Math.round(h) });
  const whole = Math.round(h);
  const day = Math.floor(whole / 24);
  return inWords(lang, day >= 5 ? { day: Math.round(h / 24) } : { day, hour: whole % 24 });
}

const WORDS: [RegExp, Unit][] = [
  [/^(y|yr|yrs|years?|a|ans?|années?)$/, 'year'],
  [/^(m|mo|months?|mois)$/, 'month'],
  [/^(w|wk|weeks?|sem|semaines?)$/, 'week'],
  [/^(d|days?|j|jours?)$/, 'day'],
  [/^(h|hr|hrs|hours?|heures?)$/, 'hour'],
  [/^(min|mins|minutes?)$/, 'minute'],
];
const LETTER: Record<Unit, string> = {
  year: 'Y',
  month: 'M',
  week: 'W',
  day: 'D',
  hour: 'H',
  minute: 'M',
  second: 'S',
};

function iso(parts: Parts): string {
  const days = (parts.day ?? 0) + 7 * (parts.week ?? 0);
  const write = (units: Unit[], p: Parts) => units.map((u) => (p[u] ? `${p[u]}${LETTER[u]}` : '')).join('');
  const dated = write(['year', 'month', 'day'], { ...parts, day: days });
  const timed = write(['hour', 'minute', 'second'], parts);
  return dated || timed ? 'P' + dated + (timed ? 'T' + timed : '') : 'P0D';
}

/* What was typed as the form that records hold; "" for nothing, null when it is no duration. */
export function readDuration(text: string): string | null {
  const t = text.trim().toLowerCase();
  if (t === '') return '';
  if (t.startsWith('p')) {
    const parts = durationParts(t);
    return parts ? iso(parts) : null;
  }
  const parts: Parts = {};
  const found = [...t.matchAll(/(\d+)\s*([a-zéà]+)/g)];
  if (found.length === 0 || t.replace(/(\d+)\s*([a-zéà]+)/g, '').replace(/\b(and|et)\b|[\s,]/g, '') !== '')
    return null;
  for (const [, n, word = ''] of found) {
    const unit = WORDS.find(([w]) => w.test(word))?.[1];
    if (!unit || parts[unit] !== undefined) return null;
    parts[unit] = Number(n);
  }
  return iso(parts);
}
