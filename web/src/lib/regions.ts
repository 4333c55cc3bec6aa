/* Areas as records hold them: UN M49 ("021"), ISO 3166-1 alpha-3 ("CAN") and ISO 3166-2 ("CA-AB").
 * The names of countries come from the browser; not every one knows areas, and none knows provinces, so
 * those of the areas and of Canada's provinces are here. */
import { collator, country, countryCodes } from './format.ts';
import type { Lang } from './types.ts';

const M49: Record<string, [string, string]> = {
  '001': ['World', 'Monde'],
  '002': ['Africa', 'Afrique'],
  '005': ['South America', 'Amérique du Sud'],
  '009': ['Oceania', 'Océanie'],
  '011': ['Western Africa', 'Afrique occidentale'],
  '013': ['Central America', 'Amérique centrale'],
  '014': ['Eastern Africa', 'Afrique orientale'],
  '015': ['Northern Africa', 'Afrique septentrionale'],
  '017': ['Middle Africa', 'Afrique centrale'],
  '018': ['Southern Africa', 'Afrique australe'],
  '019': ['Americas', 'Amériques'],
  '021': ['Northern America', 'Amérique septentrionale'],
  '029': ['Caribbean', 'Caraïbes'],
  '030': ['Eastern Asia', 'Asie de l’Est'],
  '034': ['Southern Asia', 'Asie méridionale'],
  '035': ['South-eastern Asia', 'Asie du Sud-Est'],
  '039': ['Southern Europe', 'Europe méridionale'],
  '053': ['Australia and New Zealand', 'Australie et Nouvelle-Zélande'],
  '054': ['Melanesia', 'Mélanésie'],
  '057': ['Micronesia', 'Micronésie'],
  '061': ['Polynesia', 'Polynésie'],
  '142': ['Asia', 'Asie'],
  '143': ['Central Asia', 'Asie centrale'],
  '145': ['Western Asia', 'Asie occidentale'],
  '150': ['Europe', 'Europe'],
  '151': ['Eastern Europe', 'Europe orientale'],
  '154': ['Northern Europe', 'Europe septentrionale'],
  '155': ['Western Europe', 'Europe occidentale'],
  '202': ['Sub-Saharan Africa', 'Afrique subsaharienne'],
  '419': ['Latin America and the Caribbean', 'Amérique latine et Caraïbes'],
};

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

export function regionName(lang: Lang, code: string): string {
  const known = PROVINCES[code] ?? M49[code];
  return known ? known[lang === 'fr' ? 1 : 0] : country(lang, code);
}

export const regionCodes = () => [...Object.keys(M49), ...Object.keys(PROVINCES), ...countryCodes()];

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
