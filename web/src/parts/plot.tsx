/* The drawing of trust over time on a canvas: two lines, the band that the evidence leaves open, and a
 * mark for every fact. It only draws; the words for the same are in chart.tsx. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type uPlotType from 'uplot';
import { useLang, useText } from '../i18n/index.ts';
import { day, percent } from '../lib/format.ts';
import { usePrefs } from '../lib/prefs.ts';
import type { Lang, SeriesEvent, SeriesPoint } from '../lib/types.ts';

export interface ChartEvent extends SeriesEvent {
  side: 'ours' | 'theirs';
}
export const at = (iso: string) => +new Date(iso) / 1000;

export function valueAt(points: SeriesPoint[], t: number): number | null {
  let before: SeriesPoint | undefined;
  for (const p of points) {
    if (at(p.at) > t) {
      if (!before) return p.trust;
      const a = at(before.at),
        b = at(p.at);
      return before.trust + ((p.trust - before.trust) * (t - a)) / (b - a || 1);
    }
    before = p;
  }
  return before?.trust ?? null;
}

function colours(el: HTMLElement) {
  const s = getComputedStyle(el);
  const c = (name: string) => s.getPropertyValue(name).trim();
  return {
    ours: c('--ours'),
    theirs: c('--theirs'),
    open: c('--ours-open'),
    line: c('--line'),
    ink: c('--muted'),
    surface: c('--surface'),
    good: c('--good'),
    bad: c('--bad'),
  };
}

function marker(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  up: boolean,
  fill: string,
  edge: string,
  size: number,
) {
  const r = size * devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, up ? y - r : y + r);
  ctx.lineTo(x - r, up ? y + r * 0.75 : y - r * 0.75);
  ctx.lineTo(x + r, up ? y + r * 0.75 : y - r * 0.75);
  ctx.closePath();
  ctx.fillStyle = fill;
  ctx.strokeStyle = edge;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.fill();
  ctx.stroke();
}

interface Placed {
  event: ChartEvent;
  x: number;
  y: number;
}

function options(
  el: HTMLElement,
  lang: Lang,
  words: { ours: string; theirs: string },
  placed: () => Placed[],
  chosen: () => ChartEvent | null,
): uPlotType.Options {
  const c = colours(el);
  const font = '12px system-ui, sans-serif';
  const axis = { stroke: c.ink, font, grid: { stroke: c.line, width: 1 }, ticks: { show: false } };
  return {
    width: el.clientWidth,
    height: 270,
    padding: [12, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    scales: { x: { time: true }, y: { range: [0, 1] } },
    axes: [
      {
        ...axis,
        space: 80,
        size: 32,
        values: (_u, ticks, _i, _space, incr) =>
          ticks.map((v) =>
            new Intl.DateTimeFormat(
              `${lang}-CA`,
              incr >= 365 * 86400
                ? { year: 'numeric' }
                : incr >= 27 * 86400
                  ? { month: 'short', year: '2-digit' }
                  : { day: 'numeric', month: 'short' },
            ).format(v * 1000),
          ),
      },
      {
        ...axis,
        size: 52,
        splits: () => [0, 0.25, 0.5, 0.75, 1],
        values: (_u, ticks) => ticks.map((v) => percent(lang, v)),
      },
    ],
    series: [
      {},
      { label: words.ours, stroke: c.ours, width: 2.5 },
      { label: words.theirs, stroke: c.theirs, width: 2.5, dash: [7, 5] },
      { show: true, stroke: 'transparent', points: { show: false } },
      { show: true, stroke: 'transparent', points: { show: false } },
    ],
    bands: [{ series: [4, 3], fill: c.open }],
    hooks: {
      draw: [
        (u) => {
          const pick = chosen();
          /* Breaches last and larger: they are few, and what people look for. */
          for (const p of [...placed()].sort((a, b) => b.event.valence - a.event.valence)) {
            if (p.x < (u.scales.x?.min ?? 0) || p.x > (u.scales.x?.max ?? 0)) continue;
            const big =
              pick !== null &&
              pick.record === p.event.record &&
              pick.side === p.event.side &&
              pick.at === p.event.at;
            const side = p.event.side === 'ours' ? c.ours : c.theirs,
              up = p.event.valence > 0;
            marker(
              u.ctx,
              u.valToPos(p.x, 'x', true),
              u.valToPos(p.y, 'y', true),
              up,
              up ? side : c.bad,
              up ? c.surface : side,
              big ? 8 : up ? 5 : 7,
            );
          }
        },
      ],
    },
  };
}

export function Plot({
  ours,
  theirs,
  events,
  chosen,
  onChoose,
}: {
  ours: SeriesPoint[];
  theirs: SeriesPoint[];
  events: ChartEvent[];
  chosen: ChartEvent | null;
  onChoose: (e: ChartEvent) => void;
}) {
  const t = useText();
  const lang = useLang();
  const { dark, theme } = usePrefs();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlotType | null>(null);
  const [tip, setTip] = useState<{ x: number; index: number } | null>(null);
  const placed = useMemo<Placed[]>(
    () =>
      events.flatMap((event) => {
        const x = at(event.at),
          y = valueAt(event.side === 'ours' ? ours : theirs, x);
        return y === null ? [] : [{ event, x, y }];
      }),
    [events, ours, theirs],
  );
  const latest = useRef({ placed, chosen, onChoose });
  latest.current = { placed, chosen, onChoose };

  useEffect(() => {
    const el = host.current;
    if (!el || ours.length < 2) return;
    let gone = false;
    const watch = new ResizeObserver(() => plot.current?.setSize({ width: el.clientWidth, height: 270 }));
    void import('uplot').then(({ default: UPlot }) => {
      if (gone) return;
      const low = ours.map((p) => p.belief);
      const data = [
        ours.map((p) => at(p.at)),
        ours.map((p) => p.trust),
        theirs.map((p) => p.trust),
        low,
        ours.map((p) => Math.min(1, p.belief + p.uncertainty)),
      ];
      const o = options(
        el,
        lang,
        { ours: t.trust.ours, theirs: t.trust.theirs },
        () => latest.current.placed,
        () => latest.current.chosen,
      );
      o.hooks = {
        ...o.hooks,
        setCursor: [
          (u) =>
            setTip(
              u.cursor.idx == null || (u.cursor.left ?? -1) < 0
                ? null
                : { x: u.cursor.left ?? 0, index: u.cursor.idx },
            ),
        ],
      };
      plot.current = new UPlot(o, data as uPlotType.AlignedData, el);
      plot.current.over.addEventListener('click', (e) => {
        const u = plot.current;
        if (!u) return;
        const box = u.over.getBoundingClientRect();
        const near = latest.current.placed
          .map((p) => ({
            p,
            d: Math.hypot(
              u.valToPos(p.x, 'x') - (e.clientX - box.left),
              u.valToPos(p.y, 'y') - (e.clientY - box.top),
            ),
          }))
          .sort((a, b) => a.d - b.d)[0];
        if (near && near.d < 22) latest.current.onChoose(near.p.event);
      });
      watch.observe(el);
    });
    return () => {
      gone = true;
      watch.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [ours, theirs, lang, dark, theme, t]);
  useEffect(() => plot.current?.redraw(false), [chosen, placed]);

  const a = ours[0],
    b = ours[ours.length - 1],
    d = theirs[theirs.length - 1];
  const p = tip ? ours[tip.index] : undefined;
  return (
    <div
      className="chart"
      role="img"
      aria-label={
        a && b
          ? `${t.partner.chart}. ${t.trust.ours}: ${percent(lang, a.trust)} → ${percent(lang, b.trust)}. ${t.trust.theirs}: ${d ? percent(lang, d.trust) : ''}.`
          : t.partner.chart
      }>
      <div ref={host} className="chart-host" />
      {tip && p && (
        <div
          className="chart-tip"
          style={{ left: Math.min(tip.x + 60, (host.current?.clientWidth ?? 400) - 190) }}>
          <strong>{day(lang, p.at)}</strong>
          <span>
            <i className="line-ours" />
            {t.trust.oursShort} {percent(lang, p.trust, 1)}
          </span>
          {theirs[tip.index] && (
            <span>
              <i className="line-theirs" />
              {t.trust.theirsShort} {percent(lang, theirs[tip.index]?.trust ?? 0, 1)}
            </span>
          )}
        </div>
      )}
    </div>
  );
}
