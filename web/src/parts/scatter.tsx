/* The options as points: how surely against how much it costs us. A point grows with the number of
 * partners, is square and hollow when it calls on a last resort, and carries its interval as a thin
 * bar. Each point is a link; the arrow keys go from point to point. The table beside it says all. */
import { useRef, type KeyboardEvent } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import { num, percent } from '../lib/format.ts';
import type { Option } from '../lib/needs.ts';
import { useHref, useGo } from '../lib/router.tsx';
import { useWidth } from '../lib/width.ts';

const HEIGHT = 340;
const PAD = { top: 30, right: 18, bottom: 44, left: 54 };

/* About five round steps from 0 (or below the least) to above the most. */
function steps(from: number, to: number, about = 5): number[] {
  const span = Math.max(to - from, 1e-9);
  const raw = span / about;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * size).find((s) => s >= raw) ?? raw;
  const out: number[] = [];
  for (let v = Math.floor(from / step + 1e-9) * step; v < to + step * 0.999; v += step)
    out.push(Math.round(v * 1e9) / 1e9);
  return out;
}

export const usesLastResort = (o: Option) => o.members.some((m) => m.last_resort);

function Axes({
  width,
  xs,
  ys,
  x,
  y,
}: {
  width: number;
  xs: number[];
  ys: number[];
  x: (v: number) => number;
  y: (v: number) => number;
}) {
  const t = useText();
  const lang = useLang();
  return (
    <g aria-hidden="true">
      {ys.map((v) => (
        <g key={v}>
          <line className="grid-line" x1={PAD.left} x2={width - PAD.right} y1={y(v)} y2={y(v)} />
          <text className="tick" x={PAD.left - 8} y={y(v) + 4} textAnchor="end">
            {percent(lang, v)}
          </text>
        </g>
      ))}
      {xs
        .filter((v) => v >= 0)
        .map((v) => (
          <text key={v} className="tick" x={x(v)} y={HEIGHT - PAD.bottom + 18} textAnchor="middle">
            {num(lang, v, Number.isInteger(v) ? 0 : 1)}
          </text>
        ))}
      <line
        className="axis-line"
        x1={PAD.left}
        x2={width - PAD.right}
        y1={HEIGHT - PAD.bottom}
        y2={HEIGHT - PAD.bottom}
      />
      <text className="axis-name" x={(PAD.left + width - PAD.right) / 2} y={HEIGHT - 6} textAnchor="middle">
        {t.needs.burden} →
      </text>
      <text className="axis-name" x={4} y={11}>
        ↑ {t.needs.probability}
      </text>
    </g>
  );
}

function Shape({ o, cx, cy, on }: { o: Option; cx: number; cy: number; on: boolean }) {
  const r = 5 + 2 * Math.min(o.partners, 6) + (on ? 2 : 0);
  return usesLastResort(o) ? (
    <rect className="point point-last" x={cx - r * 0.9} y={cy - r * 0.9} width={r * 1.8} height={r * 1.8} />
  ) : (
    <circle className="point" cx={cx} cy={cy} r={r} />
  );
}

export function Scatter({
  options,
  path,
  chosen,
  onChoose,
  say,
}: {
  options: Option[];
  path: (o: Option) => string;
  chosen: string;
  onChoose: (key: string) => void;
  say: (o: Option) => string;
}) {
  const t = useText();
  const href = useHref();
  const goTo = useGo();
  const { host, width } = useWidth<HTMLDivElement>(280);
  const svg = useRef<SVGSVGElement>(null);
  const order = options
    .map((o, i) => ({ o, n: i + 1 }))
    .sort((a, b) => a.o.burden - b.o.burden || b.o.probability - a.o.probability);
  const low = Math.min(...options.map((o) => o.low)),
    high = Math.max(...options.map((o) => o.high));
  const ys = steps(Math.max(0, low - 0.02), Math.min(1, high + 0.02)).filter((v) => v >= 0 && v <= 1.0001);
  /* From nothing on, unless all lie far from it and would crowd at the end. */
  const least = Math.min(...options.map((o) => o.burden)),
    most = Math.max(...options.map((o) => o.burden), 1);
  const xs = steps(least > 0.5 * most ? Math.min(least - 0.1 * (most - least), 0.8 * most) : 0, 1.02 * most);
  const y0 = ys[0] ?? 0,
    y1 = Math.max(ys[ys.length - 1] ?? 1, y0 + 0.01);
  const x0 = Math.max(0, xs[0] ?? 0),
    x1 = Math.max(xs[xs.length - 1] ?? 1, x0 + 1);
  const x = (v: number) => PAD.left + ((v - x0) / (x1 - x0)) * (width - PAD.left - PAD.right);
  const y = (v: number) => HEIGHT - PAD.bottom - ((v - y0) / (y1 - y0)) * (HEIGHT - PAD.top - PAD.bottom);
  const current = order.some((p) => p.o.key === chosen) ? chosen : (order[0]?.o.key ?? '');
  const shown = options.find((o) => o.key === chosen);

  const onKey = (e: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[e.key];
    if (!by) return;
    e.preventDefault();
    const at = order.findIndex((p) => p.o.key === current);
    const next = order[(at + by + order.length) % order.length];
    if (!next) return;
    onChoose(next.o.key);
    svg.current?.querySelector<SVGElement>(`[data-key="${next.o.key}"]`)?.focus();
  };
  /* The chosen one is drawn last, so that nothing hides it. */
  const drawn = [...order].sort((a, b) => Number(a.o.key === chosen) - Number(b.o.key === chosen));
  return (
    <div ref={host} className="scatter">
      <svg
        ref={svg}
        width={width}
        height={HEIGHT}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        role="group"
        aria-label={t.needs.chart}
        onKeyDown={onKey}
        onMouseLeave={() => onChoose('')}>
        <Axes width={width} xs={xs} ys={ys} x={x} y={y} />
        {drawn.map(({ o, n }) => {
          const cx = x(o.burden),
            cy = y(o.probability);
          return (
            <a
              key={o.key}
              data-key={o.key}
              href={href(path(o))}
              tabIndex={o.key === current ? 0 : -1}
              className={'point-link' + (o.key === chosen ? ' point-on' : '')}
              aria-label={say(o)}
              onFocus={() => onChoose(o.key)}
              onMouseEnter={() => onChoose(o.key)}
              onClick={(e) => {
                if (e.metaKey || e.ctrlKey || e.shiftKey) return;
                e.preventDefault();
                goTo(path(o));
              }}>
              <line className="interval" x1={cx} x2={cx} y1={y(o.low)} y2={y(o.high)} />
              <circle className="reach" cx={cx} cy={cy} r="15" />
              <Shape o={o} cx={cx} cy={cy} on={o.key === chosen} />
              <text
                className={'point-no' + (usesLastResort(o) ? ' point-no-last' : '')}
                x={cx}
                y={cy + 4}
                textAnchor="middle"
                aria-hidden="true">
                {n}
              </text>
            </a>
          );
        })}
      </svg>
      <p className="scatter-says" aria-live="polite">
        {shown ? say(shown) : <span className="muted">{t.needs.chartHelp}</span>}
      </p>
      <div className="chart-key" aria-hidden="true">
        <span>
          <i className="key-point" />
          {t.needs.keyOption}
        </span>
        <span>
          <i className="key-point key-last" />
          {t.needs.keyLast}
        </span>
        <span>
          <i className="key-interval" />
          {t.needs.keyInterval}
        </span>
      </div>
    </div>
  );
}
