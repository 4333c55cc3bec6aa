/* Tables of the network: whose rows are actors or ties, the first column naming them. */
import type { ReactNode } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import { num } from '../lib/format.ts';
import { RefLink } from './common.tsx';
import { Table, useFold } from './table.tsx';

/* The first few names of many. */
export function Names({ ids, count, few = 4 }: { ids: string[]; count: number; few?: number }) {
  const t = useText();
  const lang = useLang();
  const shown = ids.slice(0, few);
  return (
    <>
      {shown.map((id, i) => (
        <span key={id}>
          {i > 0 && ', '}
          <RefLink id={id} />
        </span>
      ))}
      {count > shown.length && <span className="muted"> {t.health.others(num(lang, count - shown.length))}</span>}
    </>
  );
}

export interface Column<T> {
  head: string;
  numeric?: boolean;
  cell: (row: T) => ReactNode;
}

/* A table whose first column names the row; the rest of a long one is folded away. */
export function Rows<T>({
  label,
  items,
  columns,
  id,
}: {
  label: string;
  items: T[];
  columns: Column<T>[];
  id: (row: T) => string;
}) {
  const t = useText();
  const { shown, control } = useFold(items, 8);
  if (items.length === 0) return <p className="none">{t.health.none}</p>;
  return (
    <>
      <Table label={label} className="table slim health-table">
        <thead>
          <tr>
            {columns.map((c) => (
              <th key={c.head} scope="col" className={c.numeric ? 'num' : undefined}>
                {c.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={id(row)}>
              {columns.map((c, i) =>
                i === 0 ? (
                  <th key={c.head} scope="row">
                    {c.cell(row)}
                  </th>
                ) : (
                  <td key={c.head} className={c.numeric ? 'num' : undefined}>
                    {c.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </Table>
      {control}
    </>
  );
}
