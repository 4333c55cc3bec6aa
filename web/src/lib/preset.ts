/* A form that is begun for the reader, of a new record or of one there is: its address carries what to
 * fill in. Plain values stand as they are, lists and objects as JSON. */
import type { Field, Kind } from './types.ts';

export function presetPath(kind: Kind, preset: Record<string, unknown> = {}, id?: string): string {
  const search = new URLSearchParams();
  for (const [name, v] of Object.entries(preset))
    if (v !== undefined && v !== null && v !== '')
      search.set(name, typeof v === 'object' ? JSON.stringify(v) : String(v));
  const text = search.toString();
  return `/records/${kind.plural}/${id ? id + '/edit' : 'new'}${text ? '?' + text : ''}`;
}

function read(f: Field, text: string): unknown {
  if (/^[[{]/.test(text) && (f.many || f.fields?.length || f.type === 'list' || f.type === 'label')) {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }
  if (f.fields?.length || f.type === 'list' || f.type === 'label') return undefined;
  if (f.many) return text.split(',').filter(Boolean);
  if (f.type === 'bool') return text === 'true' ? true : text === 'false' ? false : undefined;
  return text;
}

/* Only fields that the kind has; what cannot be read is left out, never guessed. */
export function readPreset(kind: Kind, search: URLSearchParams): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const f of kind.fields) {
    const text = search.get(f.name);
    if (text === null || f.read_only) continue;
    const v = read(f, text);
    if (v !== undefined) out[f.name] = v;
  }
  return out;
}
