/* What the relationships cover: instruments of power by region, for all audiences or one; and what is
 * needed but empty. */
import { useState } from 'react';
import { named, useLang, useText } from '../i18n/index.ts';
import { collator, num } from '../lib/format.ts';
import type { Coverage } from '../lib/nurture.ts';
import { regionName } from '../lib/regions.ts';
import { useKinds } from '../lib/session.tsx';
import { RefLink } from './common.tsx';
import { Names } from './rows.tsx';
import { Table, useFold } from './table.tsx';

/* The names of areas come with the answer; those of countries and provinces from the browser, too. */
function useNames(c: Coverage) {
  const t = useText();
  const lang = useLang();
  const { word } = useKinds();
  const told = new Map(
    [...c.rows.flatMap((r) => r.cells), ...c.empty].map((x) => [
      x.region,
      named(lang, { title: x.region_name, title_fr: x.region_name_fr }).text,
    ]),
  );
  return {
    region: (code: string) => (code ? told.get(code) || regionName(lang, code) : t.health.unstated),
    audience: (code: string) => (code ? word('actor', 'audience', code) : t.health.unstated),
    instrument: (code: string) => t.health.instruments[code] ?? code,
    cell: (instrument: string, region: string) =>
      t.health.cellChosen(
        t.health.instruments[instrument] ?? instrument,
        told.get(region) || regionName(lang, region),
      ),
  };
}

interface Place {
  instrument: string;
  region: string;
}

function Matrix({
  c,
  audience,
  chosen,
  onChoose,
}: {
  c: Coverage;
  audience: string;
  chosen: Place | null;
  onChoose: (p: Place | null) => void;
}) {
  const t = useText();
  const lang = useLang();
  const names = useNames(c);
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
          accesses: s.accesses + x.accesses,
          demand: s.demand + x.demand,
        }),
        { relationships: 0, offers: 0, accesses: 0, demand: 0 },
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
              const any = x.relationships + x.offers + x.accesses + x.demand > 0;
              const gap = x.demand > 0 && x.relationships === 0;
              const here = chosen?.instrument === row.instrument && chosen.region === r;
              const figures = [x.relationships, x.offers, x.accesses, x.demand].map((v) => num(lang, v));
              const [many = '', offers = '', accesses = '', demand = ''] = figures;
              return (
                <td key={r} className={'num nowrap' + (gap ? ' cell-gap' : '')}>
                  {any && (
                    <button
                      type="button"
                      className="cell-button"
                      aria-pressed={here}
                      onClick={() => onChoose(here ? null : { instrument: row.instrument, region: r })}>
                      <strong>{many}</strong> · {offers} · {accesses} · {demand}
                      <span className="sr">
                        {` ${names.cell(row.instrument, r)}: ${t.health.cell(many, offers, accesses, demand)}`}
                      </span>
                    </button>
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

/* One cell by audience: the third side of the matrix. */
function Standing({ c, place, audience }: { c: Coverage; place: Place; audience: string }) {
  const t = useText();
  const lang = useLang();
  const names = useNames(c);
  const cells =
    c.rows
      .find((r) => r.instrument === place.instrument)
      ?.cells.filter((x) => x.region === place.region && (audience === 'all' || x.audience === audience)) ?? [];
  const title = names.cell(place.instrument, place.region);
  return (
    <div className="cell-detail" aria-live="polite">
      <h3 className="sub">{title}</h3>
      <Table label={title} className="table slim health-table">
        <thead>
          <tr>
            <th scope="col">{t.health.audience}</th>
            <th scope="col" className="num">
              {t.health.relationships}
            </th>
            <th scope="col" className="num">
              {t.health.offersShort}
            </th>
            <th scope="col" className="num">
              {t.health.accessesShort}
            </th>
            <th scope="col" className="num">
              {t.health.demand}
            </th>
            <th scope="col">{t.health.standing}</th>
          </tr>
        </thead>
        <tbody>
          {cells.map((x) => (
            <tr key={x.audience}>
              <th scope="row">{names.audience(x.audience)}</th>
              <td className="num">{num(lang, x.relationships)}</td>
              <td className="num">{num(lang, x.offers)}</td>
              <td className="num">{num(lang, x.accesses)}</td>
              <td className="num">{num(lang, x.demand)}</td>
              <td>
                {x.actors.length ? (
                  <Names ids={x.actors} count={x.actors.length} few={8} />
                ) : (
                  <span className="muted">{t.health.cellNone}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function Gaps({ c }: { c: Coverage }) {
  const t = useText();
  const lang = useLang();
  const names = useNames(c);
  const { shown, control } = useFold(c.empty, 10);
  if (c.empty.length === 0) return <p className="none">{t.health.gapsNone}</p>;
  return (
    <>
      <Table label={t.health.empty} className="table slim health-table">
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
  const names = useNames(c);
  const [audience, setAudience] = useState('all');
  const [place, setPlace] = useState<Place | null>(null);
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
      <Matrix c={c} audience={audience} chosen={place} onChoose={setPlace} />
      <p className="muted small-text">{t.health.cellKey}</p>
      {place && <Standing c={c} place={place} audience={audience} />}
      <h3 className="sub">{t.health.empty}</h3>
      <Gaps c={c} />
    </>
  );
}
