/* The relationships of the drawing as a table. */
import { useMemo, useState } from 'react';
import { named, useLang, useText } from '../i18n/index.ts';
import { collator, percent } from '../lib/format.ts';
import { Link } from '../lib/router.tsx';
import { band } from '../lib/trust.ts';
import type { NetEdge, Network as Net } from '../lib/types.ts';
import { Priority, When } from './common.tsx';
import { SortHeader, Table } from './table.tsx';
import { Whose } from './whose.tsx';

export function Value({ v }: { v: number | undefined }) {
  const t = useText();
  const lang = useLang();
  return v === undefined ? (
    <span className="muted">{t.trust.noFigure}</span>
  ) : (
    <span className="nowrap">
      <strong className={`band-${band(v)}`}>{percent(lang, v)}</strong>{' '}
      <span className="muted">{t.trust.bands[band(v)]}</span>
    </span>
  );
}

export function EdgeTable({ net, chosen }: { net: Net; chosen: string | null }) {
  const t = useText();
  const lang = useLang();
  const [sort, setSort] = useState('-trust');
  const [filter, setFilter] = useState('');
  const nodes = useMemo(() => new Map(net.nodes.map((n) => [n.id, n])), [net]);
  const name = (id: string) => named(lang, nodes.get(id)).text;
  const key = sort.replace('-', '');
  const order = collator(lang);
  const compare = (a: NetEdge, b: NetEdge) => {
    if (key === 'from' || key === 'to')
      return order.compare(
        name(key === 'from' ? a.source : a.target),
        name(key === 'from' ? b.source : b.target),
      );
    if (key === 'trust' || key === 'earned') return (a[key] ?? -1) - (b[key] ?? -1);
    return String(a[key as 'priority'] ?? '').localeCompare(String(b[key as 'priority'] ?? ''));
  };
  const needle = filter.trim().toLocaleLowerCase(lang);
  const rows = net.edges
    .filter((e) => !chosen || e.source === chosen || e.target === chosen)
    .filter(
      (e) => !needle || (name(e.source) + ' ' + name(e.target)).toLocaleLowerCase(lang).includes(needle),
    )
    .sort((a, b) => compare(a, b) * (sort.startsWith('-') ? -1 : 1));
  const h = (id: string, label: string, first: 'asc' | 'desc' = 'asc') => (
    <SortHeader id={id} sort={sort} onSort={setSort} first={first}>
      {label}
    </SortHeader>
  );
  return (
    <>
      <div className="filters">
        <div className="filter grow">
          <label htmlFor="net-filter">{t.network.filter}</label>
          <input id="net-filter" type="search" value={filter} onChange={(e) => setFilter(e.target.value)} />
        </div>
      </div>
      <Table label={t.network.table} className="table slim">
        <thead>
          <tr>
            {h('from', t.network.from)}
            {h('to', t.network.to)}
            {h('trust', t.network.trust, 'desc')}
            {h('earned', t.network.earned, 'desc')}
            {h('priority', t.network.priority)}
            {h('last_contact', t.network.contact, 'desc')}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, 400).map((e) => (
            <tr key={e.relationship + e.source + e.target}>
              <td>
                <Link to={`/partners/${e.source}`}>{name(e.source)}</Link>
              </td>
              <th scope="row">
                <Link data-row to={`/partners/${e.target}`}>
                  {name(e.target)}
                </Link>{' '}
                <Whose of={e} />
              </th>
              <td>
                <Value v={e.trust} />
              </td>
              <td>
                <Value v={e.earned} />
              </td>
              <td>
                <Priority value={e.priority} />
              </td>
              <td>
                <When at={e.last_contact?.slice(0, 10)} short />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </>
  );
}
