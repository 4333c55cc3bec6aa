/* What the relationships cover: instruments of power by region, for all audiences or one; and what is
 * needed but empty. */
import { useState } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import { collator, num } from '../lib/format.ts';
import type { Coverage } from '../lib/nurture.ts';
import { regionName } from '../lib/regions.ts';
import { useKinds } from '../lib/session.tsx';
import { RefLink } from './common.tsx';
import { Table, useFold } from './table.tsx';

function useNames() {
  const t = useText();
  const lang = useLang();
  const { word } = useKinds();
  return {
    region: (code: string) => (code ? regionName(lang, code) : t.health.unstated),
    audience: (code: string) => (code ? word('actor', 'audience', code) : t.health.unstated),
    instrument: (code: string) => t.health.instruments[code] ?? code,
  };
}

function Matrix({ c, audience }: { c: Coverage; audience: string }) {
  const t = useText();
  const lang = useLang();
  const names = useNames();
  const order = collator(lang);
  const wanted = (a: string) => audience === 'all' || a === audience;
  const regions = [
    ...new Set(
      c.rows.flatMap((r) => r.cells.filter((x) => wanted(x.audience)).map((x) => x.region)),
    ),
  ].sort((a, b) => order.compare(names.region(a), names.region(b)));
  const sum = (cells: Coverage['rows'][number]['cells'], region: string) =>
    cells
      .filter((x) => x.region === region && wanted(x.audience))
      .reduce(
        (s, x) => ({
          relationships: s.relationships + x.relationships,
          offers: s.offers + x.offers,
          demand: s.demand + x.demand,
        }),
        { relationships: 0, offers: 0, demand: 0 },
      );
  return (
    <Table label={t.health.coverage} className="table slim coverage">
      <thead>
        <tr>
          <th scope="col">{t.health.instrument}</th>
          {regions.map((r) => (
            <th scope="col" key={r} className="num">
              {names.region(r)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {c.rows.map((row) => (
          <tr key={row.instrument}>
            <th scope="row">{names.instrument(row.instrument)}</th>
            {regions.map((r) => {
              const x = sum(row.cells, r);
              const any = x.relationships + x.offers + x.demand > 0;
              const gap = x.demand > 0 && x.relationships === 0;
              return (
                <td key={r} className={'num nowrap' + (gap ? ' cell-gap' : '')}>
                  {any && (
                    <>
                      <span aria-hidden="true">
                        <strong>{num(lang, x.relationships)}</strong> · {num(lang, x.offers)} ·{' '}
                        {num(lang, x.demand)}
                      </span>
                      <span className="sr">
                        {t.health.cell(num(lang, x.relationships), num(lang, x.offers), num(lang, x.demand))}
                      </span>
                    </>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Gaps({ c }: { c: Coverage }) {
  const t = useText();
  const lang = useLang();
  const names = useNames();
  const { shown, control } = useFold(c.empty, 10);
  if (c.empty.length === 0) return <p className="none">{t.health.gapsNone}</p>;
  return (
    <>
      <Table label={t.health.empty} className="table slim">
        <thead>
          <tr>
            <th scope="col">{t.health.instrument}</th>
            <th scope="col">{t.health.region}</th>
            <th scope="col">{t.health.audience}</th>
            <th scope="col" className="num">
              {t.health.demand}
            </th>
            <th scope="col">{t.health.known}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((e) => (
            <tr key={e.instrument + e.region + e.audience}>
              <th scope="row">{names.instrument(e.instrument)}</th>
              <td>{names.region(e.region)}</td>
              <td>{names.audience(e.audience)}</td>
              <td className="num">{num(lang, e.demand)}</td>
              <td>
                {e.actors.slice(0, 3).map((a, i) => (
                  <span key={a}>
                    {i > 0 && ', '}
                    <RefLink id={a} />
                  </span>
                ))}
                {e.known > Math.min(3, e.actors.length) && (
                  <span className="row-sub">{t.health.others(num(lang, e.known - Math.min(3, e.actors.length)))}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      {control}
    </>
  );
}

export function CoverageView({ c }: { c: Coverage }) {
  const t = useText();
  const lang = useLang();
  const names = useNames();
  const [audience, setAudience] = useState('all');
  const order = collator(lang);
  const audiences = [...new Set(c.rows.flatMap((r) => r.cells.map((x) => x.audience)))].sort((a, b) =>
    order.compare(names.audience(a), names.audience(b)),
  );
  return (
    <>
      <div className="filters">
        <div className="filter">
          <label htmlFor="cover-audience">{t.health.audience}</label>
          <select id="cover-audience" value={audience} onChange={(e) => setAudience(e.target.value)}>
            <option value="all">{t.app.all}</option>
            {audiences.map((a) => (
              <option key={a} value={a}>
                {names.audience(a)}
              </option>
            ))}
          </select>
        </div>
      </div>
      <Matrix c={c} audience={audience} />
      <p className="muted small-text">{t.health.cellKey}</p>
      <h3 className="sub">{t.health.empty}</h3>
      <Gaps c={c} />
    </>
  );
}
