/* Why the figure is what it is: the starting point in its parts and then every fact, each with its
 * points. The printed points are rounded together so that they add up to the printed result. */
import { useContext, useState } from 'react';
import { named, RefsContext, refTitle, useLang, useText } from '../i18n/index.ts';
import { num, percent, signed } from '../lib/format.ts';
import { useQuery } from '../lib/query.ts';
import { Link } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import { addUp } from '../lib/trust.ts';
import type { Dimension, Explanation, ExplainItem } from '../lib/types.ts';
import { Shown, When } from './common.tsx';
import { Table } from './table.tsx';

export type Side = 'ours' | 'theirs';

/* A choice of a few, shown as joined buttons; a radio group to the keyboard. */
export function Segments<T extends string>({
  label,
  value,
  options,
  onChange,
  hideLabel,
}: {
  label: string;
  value: T;
  options: { value: T; text: string; title?: string }[];
  onChange: (v: T) => void;
  hideLabel?: boolean;
}) {
  return (
    <fieldset className="segments">
      <legend className={hideLabel ? 'sr' : undefined}>{label}</legend>
      <div className="segments-row">
        {options.map((o) => (
          <label key={o.value} title={o.title} className={o.value === value ? 'on' : undefined}>
            <input type="radio" name={label} checked={o.value === value} onChange={() => onChange(o.value)} />
            {o.text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function DimensionSelect({
  value,
  onChange,
  id,
}: {
  value: Dimension | '';
  onChange: (v: Dimension | '') => void;
  id: string;
}) {
  const t = useText();
  return (
    <div className="filter">
      <label htmlFor={id}>{t.trust.dimension}</label>
      <select id={id} value={value} onChange={(e) => onChange(e.target.value as Dimension | '')}>
        <option value="">{t.trust.allDimensions}</option>
        {(Object.keys(t.trust.dimensions) as Dimension[]).map((d) => (
          <option key={d} value={d}>
            {t.trust.dimensions[d]}
          </option>
        ))}
      </select>
    </div>
  );
}

function Bar({ points, most }: { points: number; most: number }) {
  const w = most > 0 ? (Math.abs(points) / most) * 34 : 0;
  return (
    <svg
      className={'bar ' + (points < 0 ? 'bar-down' : 'bar-up')}
      width="72"
      height="10"
      viewBox="0 0 72 10"
      aria-hidden="true"
      focusable="false">
      <line x1="36" x2="36" y1="0" y2="10" />
      <rect x={points < 0 ? 36 - w : 36} y="2" width={Math.max(w, 0.5)} height="6" rx="1" />
    </svg>
  );
}

function FactRow({ item, points, most }: { item: ExplainItem; points: number; most: number }) {
  const t = useText();
  const lang = useLang();
  const refs = useContext(RefsContext);
  const { path, title } = useKinds();
  const via =
    item.via === 'witness' && item.witness && refs[item.witness]
      ? t.partner.viaWitness(refTitle(lang, refs[item.witness]))
      : item.via
        ? t.partner.via[item.via]
        : '';
  return (
    <tr>
      <td>
        <When at={item.at.slice(0, 10)} short />
      </td>
      <th scope="row" className="fact">
        <Link data-row to={path(item.kind, item.record)}>
          {named(lang, item).text || title(item.kind)}
        </Link>
        <span className="row-sub">
          {[title(item.kind), t.trust.dimensions[item.dimension], via].filter(Boolean).join(' · ')}
        </span>
      </th>
      <td className="num">{num(lang, item.weight, 2)}</td>
      <td className="num">{percent(lang, item.decay)}</td>
      <td className="num points">
        <Bar points={points} most={most} />
        <span className={points < 0 ? 'down' : 'up'}>{signed(lang, points / 100, 2)}</span>
      </td>
    </tr>
  );
}

function Steps({ e, side }: { e: Explanation; side: Side }) {
  const t = useText();
  const lang = useLang();
  const [all, setAll] = useState(false);
  const ppm = (v: number) => Math.round(v * 1e6);
  const items = [...e.items].sort((a, b) => Math.abs(b.contribution_ppm) - Math.abs(a.contribution_ppm));
  const base = [ppm(e.base_rate), ppm(e.reputation)];
  base.push((e.prior_ppm ?? ppm(e.prior)) - (base[0] as number) - (base[1] as number));
  const values = [...base, ...items.map((i) => i.contribution_ppm)].map((v) => v / 100);
  const total = Math.round(values.reduce((a, b) => a + b, 0));
  const points = addUp(values, total);
  const facts = points.slice(3);
  const prior = points.slice(0, 3).reduce((a, b) => a + b, 0);
  const most = Math.max(...facts.map(Math.abs), 1);
  const few = all ? items : items.slice(0, 12);
  const rest = facts.slice(few.length).reduce((a, b) => a + b, 0);
  const lines: [string, string, number][] = [
    [t.partner.baseRate, t.partner.baseRateHelp, points[0] as number],
    [
      side === 'ours' ? t.partner.reputation : t.partner.reputationOurs,
      side === 'ours' ? t.partner.reputationHelp : t.partner.reputationOursHelp,
      points[1] as number,
    ],
    [
      side === 'ours' ? t.partner.disposition : t.partner.dispositionTheirs,
      side === 'ours' ? t.partner.dispositionHelp : t.partner.dispositionTheirsHelp,
      points[2] as number,
    ],
  ];
  const p = (v: number, plain?: boolean) => (plain ? num(lang, v / 100, 2) : signed(lang, v / 100, 2));
  return (
    <>
      <Table label={t.partner.explain} className="table explain">
        <thead>
          <tr>
            <th scope="col">{t.partner.date}</th>
            <th scope="col">{t.partner.fact}</th>
            <th scope="col" className="num">
              {t.partner.weight}
            </th>
            <th scope="col" className="num">
              {t.partner.decay}
            </th>
            <th scope="col" className="num" title={t.partner.points}>
              {t.partner.contribution}
            </th>
          </tr>
        </thead>
        <tbody className="prior">
          {lines.map(([label, help, v], i) => (
            <tr key={label}>
              <td />
              <th scope="row" className="fact">
                {label}
                <span className="row-sub">{help}</span>
              </th>
              <td />
              <td />
              <td className="num">{p(v, i === 0)}</td>
            </tr>
          ))}
          <tr className="sum">
            <td />
            <th scope="row">{t.partner.priorSum}</th>
            <td />
            <td />
            <td className="num">{p(prior, true)}</td>
          </tr>
        </tbody>
        <tbody>
          {few.map((item, i) => (
            <FactRow
              key={item.record + item.dimension + item.valence + (item.via ?? '') + i}
              item={item}
              points={facts[i] as number}
              most={most}
            />
          ))}
          {items.length === 0 && (
            <tr>
              <td />
              <td colSpan={4} className="muted">
                {t.partner.noFacts}
              </td>
            </tr>
          )}
          {few.length < items.length && (
            <tr>
              <td />
              <th scope="row">
                <button type="button" className="link-button" onClick={() => setAll(true)}>
                  {t.partner.more(num(lang, items.length))}
                </button>
              </th>
              <td />
              <td />
              <td className="num">{p(rest)}</td>
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr className="sum">
            <td />
            <th scope="row">{t.partner.evidenceSum}</th>
            <td />
            <td />
            <td className="num">{p(total - prior)}</td>
          </tr>
          <tr className="total">
            <td />
            <th scope="row">{t.partner.result}</th>
            <td />
            <td className="num muted">
              {t.partner.adds(
                p(prior, true),
                total < prior ? `(${p(total - prior)})` : p(total - prior, true),
              )}
            </td>
            <td className="num">{p(total, true)} %</td>
          </tr>
        </tfoot>
      </Table>
      {e.half_life_days && (
        <p className="muted small-text">{t.partner.halfLife(num(lang, e.half_life_days))}.</p>
      )}
    </>
  );
}

export function Explain({
  home,
  partner,
  asOf,
  readout,
  onReadout,
}: {
  home: string;
  partner: string;
  asOf: string;
  readout: 'trust' | 'forecast';
  onReadout: (v: 'trust' | 'forecast') => void;
}) {
  const t = useText();
  const [side, setSide] = useState<Side>('ours');
  const [dimension, setDimension] = useState<Dimension | ''>('');
  const query = useQuery<Explanation>('/trust/explain', {
    truster: side === 'ours' ? home : partner,
    trustee: side === 'ours' ? partner : home,
    as_of: asOf,
    dimension,
    readout,
  });
  return (
    <>
      <p className="section-lead">
        {t.partner.explainLead} {readout === 'trust' ? t.trust.trustHelp : t.trust.forecastHelp}
      </p>
      <div className="filters no-print">
        <Segments
          label={t.partner.direction}
          value={side}
          onChange={setSide}
          options={[
            { value: 'ours', text: t.trust.oursShort, title: t.trust.ours },
            { value: 'theirs', text: t.trust.theirsShort, title: t.trust.theirs },
          ]}
        />
        <Segments
          label={t.trust.readout}
          value={readout}
          onChange={onReadout}
          options={[
            { value: 'trust', text: t.trust.trust, title: t.trust.trustHelp },
            { value: 'forecast', text: t.trust.forecast, title: t.trust.forecastHelp },
          ]}
        />
        <DimensionSelect id="explain-dimension" value={dimension} onChange={setDimension} />
      </div>
      <Shown query={query}>{(e) => <Steps e={e} side={side} />}</Shown>
    </>
  );
}
