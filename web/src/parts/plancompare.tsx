/* What the plan is worth beside doing nothing and beside meeting whoever was not met for longest: as
 * points on one scale, which is as wide as they are apart, and as a table. */
import { useLang, useText } from '../i18n/index.ts';
import { percent, signed } from '../lib/format.ts';
import type { PlanCompare } from '../lib/nurture.ts';
import { useWidth } from '../lib/width.ts';
import { Section } from './common.tsx';
import { Table } from './table.tsx';

const WAYS = ['plan', 'oldest_first', 'nothing'] as const;
const ROW = 34;
const PAD = { top: 8, right: 64, bottom: 30, left: 10 };

/* The least power of ten, or two or five of them, that three or four steps of span the values. */
function scaleOf(values: number[]): { from: number; to: number; ticks: number[]; digits: number } {
  const low = Math.min(...values),
    high = Math.max(...values);
  const raw = Math.max((high - low) / 3, 0.0005);
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * size).find((s) => s >= raw) ?? raw;
  const first = Math.floor(low / step - 0.2),
    last = Math.ceil(high / step + 0.2);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  const digits = step < 0.000999 ? 2 : step < 0.00999 ? 1 : 0; /* of a percentage */
  return { from: first * step, to: last * step, ticks, digits };
}

function Chart({ c }: { c: PlanCompare }) {
  const t = useText();
  const lang = useLang();
  const { host, width: measured } = useWidth<HTMLElement>(260);
  const width = Math.min(measured, 760);
  const { from, to, ticks, digits } = scaleOf(WAYS.map((w) => c[w]));
  const left = width < 480 ? PAD.left : 240;
  const named = width >= 480;
  const x = (v: number) => left + ((v - from) / (to - from || 1)) * (width - left - PAD.right);
  const height = PAD.top + WAYS.length * (named ? ROW : ROW + 14) + PAD.bottom;
  const y = (i: number) => PAD.top + (i + 0.5) * (named ? ROW : ROW + 14) + (named ? 0 : 8);
  return (
    <figure ref={host} className="compare-chart">
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={t.plan.chart}>
        {ticks.map((v) => (
          <g key={v}>
            <line className="grid-line" x1={x(v)} x2={x(v)} y1={PAD.top} y2={height - PAD.bottom} />
            <text className="tick" x={x(v)} y={height - PAD.bottom + 18} textAnchor="middle">
              {percent(lang, v, digits)}
            </text>
          </g>
        ))}
        {WAYS.map((way, i) => (
          <g key={way} className={'way way-' + way}>
            <text
              className="way-name"
              x={named ? left - 14 : PAD.left}
              y={named ? y(i) + 4 : y(i) - 15}
              textAnchor={named ? 'end' : 'start'}>
              {t.plan.ways[way]}
            </text>
            <line className="way-line" x1={x(from)} x2={x(c[way])} y1={y(i)} y2={y(i)} />
            <circle className="way-dot" cx={x(c[way])} cy={y(i)} r="6" />
            <text className="way-value" x={x(c[way]) + 12} y={y(i) + 4}>
              {percent(lang, c[way], 2)}
            </text>
          </g>
        ))}
      </svg>
      <figcaption className="muted small-text">
        {t.plan.axis(percent(lang, from, digits), percent(lang, to, digits))}
      </figcaption>
    </figure>
  );
}

export function Compare({ c }: { c: PlanCompare }) {
  const t = useText();
  const lang = useLang();
  return (
    <Section id="compare" title={t.plan.compare} className="card">
      <p className="section-lead">{t.plan.compareLead}</p>
      <Chart c={c} />
      <Table label={t.plan.compare} className="table slim">
        <thead>
          <tr>
            <th scope="col">{t.plan.way}</th>
            <th scope="col" className="num">
              {t.plan.atEnd}
            </th>
            <th scope="col" className="num">
              {t.plan.against}
            </th>
          </tr>
        </thead>
        <tbody>
          {WAYS.map((way) => (
            <tr key={way}>
              <th scope="row">{t.plan.ways[way]}</th>
              <td className="num">{percent(lang, c[way], 2)}</td>
              <td className="num">
                {way === 'nothing' ? '' : t.plan.points(signed(lang, 100 * (c[way] - c.nothing), 2))}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}
