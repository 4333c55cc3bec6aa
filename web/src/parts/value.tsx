/* The value of any field, as it is read: words for codes, names for references, tables for lists. */
import { useContext } from 'react';
import { choice, RefsContext, useLang, useText } from '../i18n/index.ts';
import { country, duration, num, region } from '../lib/format.ts';
import type { Field, Label } from '../lib/types.ts';
import { RefLink, When } from './common.tsx';
import { useFieldText } from './fields.tsx';
import { LabelText } from './label.tsx';
import { useFold } from './table.tsx';

function Single({ f, value }: { f: Field; value: unknown }) {
  const lang = useLang();
  const t = useText();
  if (value === undefined || value === null || value === '') return null;
  switch (f.type) {
    case 'enum': {
      const c = f.choices?.find((x) => x.value === value);
      return <>{c ? choice(lang, c) : String(value)}</>;
    }
    case 'ref':
      return <RefLink id={String(value)} />;
    case 'when':
      return <When at={String(value)} />;
    case 'bool':
      return <>{value ? t.app.yes : t.app.no}</>;
    case 'country':
      return <>{country(lang, String(value))}</>;
    case 'region':
      return <>{region(lang, String(value))}</>;
    case 'duration':
      return <>{duration(lang, String(value))}</>;
    case 'label':
      return <LabelText label={value as Label} />;
    case 'integer':
      return <>{num(lang, Number(value))}</>;
    case 'decimal':
      return <>{new Intl.NumberFormat(lang + '-CA', { maximumFractionDigits: 6 }).format(Number(value))}</>;
    case 'longtext':
      return <span className="prose">{String(value)}</span>;
    default: {
      const text = String(value);
      const own = f.name.endsWith('_fr') ? 'fr' : f.name.endsWith('_en') ? 'en' : undefined;
      return /^https?:\/\//.test(text) ? (
        <a href={text} rel="noreferrer noopener" target="_blank">
          {text}
        </a>
      ) : (
        <span lang={own !== lang ? own : undefined}>{text}</span>
      );
    }
  }
}

function ListValue({ f, items }: { f: Field; items: Record<string, unknown>[] }) {
  const { label } = useFieldText();
  const { shown, control } = useFold(items, 30);
  const columns = (f.fields ?? []).filter((c) => items.some((i) => i[c.name] !== undefined));
  return (
    <>
      <div className="inner-wrap" role="region" aria-label={label(f)} tabIndex={0}>
        <table className="table slim inner">
          <thead>
            <tr>
              {columns.map((c) => (
                <th scope="col" key={c.name}>
                  {label(c)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((i, k) => (
              <tr key={k}>
                {columns.map((c) => (
                  <td key={c.name}>
                    <FieldValue f={c} value={i[c.name]} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {control}
    </>
  );
}

export function FieldValue({ f, value }: { f: Field; value: unknown }) {
  useContext(RefsContext);
  if (value === undefined || value === null) return null;
  if (f.type === 'list' || f.fields?.length)
    return <ListValue f={f} items={Array.isArray(value) ? (value as Record<string, unknown>[]) : []} />;
  if (Array.isArray(value))
    return (
      <ul className="values">
        {value.map((v, i) => (
          <li key={i}>
            <Single f={f} value={v} />
          </li>
        ))}
      </ul>
    );
  return <Single f={f} value={value} />;
}
