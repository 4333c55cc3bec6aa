/* Areas as records hold them: UN M49 ("021"), ISO 3166-1 alpha-3 ("CAN") and ISO 3166-2 ("CA-AB").
 * The names of the first two come from the browser; it has none for provinces, so Canada's are here. */
import { collator, country, countryCodes } from './format.ts';
import type { Lang } from './types.ts';

const M49 =
  '001 002 005 009 011 013 014 015 017 018 019 021 029 030 034 035 039 053 054 057 061 142 143 145 ' +
  '150 151 154 155 202 419';

const PROVINCES: Record<string, [string, string]> = {
  'CA-AB': ['Alberta', 'Alberta'],
  'CA-BC': ['British Columbia', 'Colombie-Britannique'],
  'CA-MB': ['Manitoba', 'Manitoba'],
  'CA-NB': ['New Brunswick', 'Nouveau-Brunswick'],
  'CA-NL': ['Newfoundland and Labrador', 'Terre-Neuve-et-Labrador'],
  'CA-NS': ['Nova Scotia', 'Nouvelle-Écosse'],
  'CA-NT': ['Northwest Territories', 'Territoires du Nord-Ouest'],
  'CA-NU': ['Nunavut', 'Nunavut'],
  'CA-ON': ['Ontario', 'Ontario'],
  'CA-PE': ['Prince Edward Island', 'Île-du-Prince-Édouard'],
  'CA-QC': ['Quebec', 'Québec'],
  'CA-SK': ['Saskatchewan', 'Saskatchewan'],
  'CA-YT': ['Yukon', 'Yukon'],
};

const names = new Map<Lang, Intl.DisplayNames>();

export function regionName(lang: Lang, code: string): string {
  const province = PROVINCES[code];
  if (province) return province[lang === 'fr' ? 1 : 0];
  if (/^\d{3}$/.test(code)) {
    if (!names.has(lang)) names.set(lang, new Intl.DisplayNames(`${lang}-CA`, { type: 'region' }));
    const name = names.get(lang)?.of(code) ?? code;
    return name.charAt(0).toUpperCase() + name.slice(1);
  }
  return country(lang, code);
}

export const regionCodes = () => [...M49.split(' '), ...Object.keys(PROVINCES), ...countryCodes()];

const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .trim()
    .toLowerCase();

/* The code that was typed, alone or behind a name, or that the name means; null when none is known.
 * Codes of other countries' provinces are taken as they are. */
export function readRegion(lang: Lang, text: string): string | null {
  const t = text.trim();
  if (t === '') return '';
  const code = (/\(([0-9A-Za-z-]{3,8})\)$/.exec(t)?.[1] ?? t).toUpperCase();
  if (regionCodes().includes(code) || /^([A-Z]{2}-[0-9A-Z]{1,3}|\d{3})$/.test(code)) return code;
  const typed = plain(t);
  return regionCodes().find((c) => plain(regionName(lang, c)) === typed) ?? null;
}

export function regionChoices(lang: Lang): { code: string; name: string }[] {
  const order = collator(lang);
  return regionCodes()
    .map((code) => ({ code, name: regionName(lang, code) }))
    .sort((a, b) => order.compare(a.name, b.name));
}
