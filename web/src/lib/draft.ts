/* From what a form holds to what the API takes, and the difference between two records. */
import { readDuration } from './duration.ts';
import { readWhen } from './format.ts';
import { readRegion } from './regions.ts';
import type { Field, Rec } from './types.ts';

type Values = Record<string, unknown>;
export type Errors = Record<string, string>;
interface Words {
  number: string;
  when: string;
}

const empty = (v: unknown) =>
  v === undefined || v === null || v === '' || (Array.isArray(v) && v.length === 0);

function clean(f: Field, v: unknown, pointer: string, errors: Errors, words: Words): unknown {
  if (empty(v)) return undefined;
  if (f.type === 'list' || f.fields?.length) {
    const items = (v as Values[])
      .map((item, i) => cleanAll(f.fields ?? [], item, `${pointer}/${i}`, errors, words))
      .filter((x) => Object.keys(x).length > 0);
    return items.length ? items : undefined;
  }
  if (f.many && Array.isArray(v)) {
    const items = v
      .map((x) => (typeof x === 'string' ? x.trim() : x))
      .filter((x) => !empty(x))
      .map((x, i) => clean({ ...f, many: false }, x, `${pointer}/${i}`, errors, words));
    return items.length ? items : undefined;
  }
  if (f.type === 'integer' || f.type === 'decimal') {
    const n =
      typeof v === 'number'
        ? v
        : Number(
            String(v)
              .trim()
              .replace(/[\u2212]/, '-')
              .replace(',', '.'),
          );
    if (!Number.isFinite(n) || (f.type === 'integer' && !Number.isInteger(n))) errors[pointer] = words.number;
    return n;
  }
  if (f.type === 'when') {
    const w = readWhen(String(v));
    if (w === null) errors[pointer] = words.when;
    return w === '' ? undefined : (w ?? v);
  }
  if (f.type === 'label' && Object.entries(v as Values).every(([n, x]) => n !== 'persons' && empty(x)))
    return undefined;
  if (f.type === 'duration' && typeof v === 'string') return readDuration(v) ?? v.trim();
  if (f.type === 'region' && typeof v === 'string')
    return readRegion('en', v) ?? readRegion('fr', v) ?? v.trim();
  return typeof v === 'string' ? v.trim() || undefined : v;
}

export function cleanAll(
  fields: Field[],
  values: Values,
  base: string,
  errors: Errors,
  words: Words,
): Values {
  const out: Values = {};
  for (const f of fields) {
    if (f.read_only) continue;
    const v = clean(f, values[f.name], `${base}/${f.name}`, errors, words);
    if (v !== undefined) out[f.name] = v;
  }
  return out;
}

/* Members are compared without regard to their order, as JSON defines them. */
export function same(a: unknown, b: unknown): boolean {
  const norm = (v: unknown): unknown =>
    Array.isArray(v)
      ? v.map(norm)
      : v && typeof v === 'object'
        ? Object.fromEntries(
            Object.entries(v)
              .filter(([, x]) => x !== undefined && x !== null)
              .sort(([x], [y]) => (x < y ? -1 : 1))
              .map(([k, x]) => [k, norm(x)]),
          )
        : v;
  return (empty(a) && empty(b)) || JSON.stringify(norm(a)) === JSON.stringify(norm(b));
}

/* In a value an empty list says something: a label that names nobody is not one that names no one. */
const absent = (v: unknown) => v === undefined || v === null || v === '';
const isObject = (v: unknown): v is Values => typeof v === 'object' && v !== null && !Array.isArray(v);

/* What a merge-patch (RFC 7396) has to say to make one object into another: it keeps what it is not
 * told to drop. */
function patch(from: unknown, to: unknown): unknown {
  if (!isObject(from) || !isObject(to)) return to;
  const out: Values = {};
  for (const n of Object.keys(from)) if (absent(to[n]) && !absent(from[n])) out[n] = null;
  for (const n of Object.keys(to)) if (!absent(to[n]) && !same(from[n], to[n])) out[n] = patch(from[n], to[n]);
  return out;
}

/* The merge-patch that makes `from` into `to`. The record's own label is always stated whole. */
export function difference(names: string[], from: Values, to: Values): Values {
  const out: Values = {};
  for (const n of names) {
    if (same(from[n], to[n])) continue;
    out[n] = empty(to[n]) ? null : n === 'label' ? to[n] : patch(from[n], to[n]);
  }
  return out;
}

export function valuesOf(fields: Field[], r: Rec): Values {
  const out: Values = { label: r.label };
  for (const f of fields) if (r[f.name] !== undefined) out[f.name] = r[f.name];
  return out;
}
