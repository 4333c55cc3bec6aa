/* Trust over time in both directions, with the facts that moved it. The drawing is an image with
 * words; the same is reachable step by step with buttons, as a list and as a table. */
import { useContext, useEffect, useMemo, useRef, useState } from 'react';
import type uPlotType from 'uplot';
import { named, RefsContext, useLang, useText } from '../i18n/index.ts';
import { day, percent } from '../lib/format.ts';
import { usePrefs } from '../lib/prefs.ts';
import { Link } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import type { Lang, Series, SeriesEvent, SeriesPoint } from '../lib/types.ts';
import { When } from './common.tsx';
import { Icon } from './icons.tsx';
import { Table } from './table.tsx';

export interface ChartEvent extends SeriesEvent { side: 'ours' | 'theirs' }
const at = (iso: string) => +new Date(iso) / 1000;

function valueAt(points: SeriesPoint[], t: number): number | null {
  let before: SeriesPoint | undefined;
  for (const p of points) {
    if (at(p.at) > t) {
      if (!before) return p.trust;
      const a = at(before.at), b = at(p.at);
      return before.trust + ((p.trust - before.trust) * (t - a)) / (b - a || 1);
    }
    before = p;
  }
  return before?.trust ?? null;
}

function colours(el: HTMLElement) {
  const s = getComputedStyle(el);
  const c = (name: string) => s.getPropertyValue(name).trim();
  return { ours: c('--ours'), theirs: c('--theirs'), open: c('--ours-open'), line: c('--line'), ink: c('--muted'), surface: c('--surface'), good: c('--good'), bad: c('--bad') };
}

function marker(ctx: CanvasRenderingContext2D, x: number, y: number, up: boolean, fill: string, edge: string, size: number) {
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

interface Placed { event: ChartEvent; x: number; y: number }

function options(el: HTMLElement, lang: Lang, words: { ours: string; theirs: string }, placed: () => Placed[], chosen: () => ChartEvent | null): uPlotType.Options {
  const c = colours(el);
  const font = '12px system-ui, sans-serif';
  const axis = { stroke: c.ink, font, grid: { stroke: c.line, width: 1 }, ticks: { show: false } };
  return {
    width: el.clientWidth, height: 270, padding: [12, 8, 0, 0],
    legend: { show: false }, cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    scales: { x: { time: true }, y: { range: [0, 1] } },
    axes: [
      { ...axis, space: 80, size: 32, values: (_u, ticks, _i, _space, incr) => ticks.map((v) => new Intl.DateTimeFormat(`${lang}-CA`,
        incr >= 365 * 86400 ? { year: 'numeric' } : incr >= 27 * 86400 ? { month: 'short', year: '2-digit' } : { day: 'numeric', month: 'short' }).format(v * 1000)) },
      { ...axis, size: 52, splits: () => [0, 0.25, 0.5, 0.75, 1], values: (_u, ticks) => ticks.map((v) => percent(lang, v)) },
    ],
    series: [{}, { label: words.ours, stroke: c.ours, width: 2.5 }, { label: words.theirs, stroke: c.theirs, width: 2.5, dash: [7, 5] },
      { show: true, stroke: 'transparent', points: { show: false } }, { show: true, stroke: 'transparent', points: { show: false } }],
    bands: [{ series: [4, 3], fill: c.open }],
    hooks: {
      draw: [(u) => {
        const pick = chosen();
        /* Breaches last and larger: they are few, and what people look for. */
        for (const p of [...placed()].sort((a, b) => b.event.valence - a.event.valence)) {
          if (p.x < (u.scales.x?.min ?? 0) || p.x > (u.scales.x?.max ?? 0)) continue;
          const big = pick !== null && pick.record === p.event.record && pick.side === p.event.side && pick.at === p.event.at;
          const side = p.event.side === 'ours' ? c.ours : c.theirs, up = p.event.valence > 0;
          marker(u.ctx, u.valToPos(p.x, 'x', true), u.valToPos(p.y, 'y', true), up, up ? side : c.bad, up ? c.surface : side, big ? 8 : up ? 5 : 7);
        }
      }],
    },
  };
}

function Plot({ ours, theirs, events, chosen, onChoose }: {
  ours: SeriesPoint[]; theirs: SeriesPoint[]; events: ChartEvent[]; chosen: ChartEvent | null; onChoose: (e: ChartEvent) => void;
}) {
  const t = useText();
  const lang = useLang();
  const { dark, theme } = usePrefs();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlotType | null>(null);
  const [tip, setTip] = useState<{ x: number; index: number } | null>(null);
  const placed = useMemo<Placed[]>(() => events.flatMap((event) => {
    const x = at(event.at), y = valueAt(event.side === 'ours' ? ours : theirs, x);
    return y === null ? [] : [{ event, x, y }];
  }), [events, ours, theirs]);
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
      const data = [ours.map((p) => at(p.at)), ours.map((p) => p.trust), theirs.map((p) => p.trust), low, ours.map((p) => Math.min(1, p.belief + p.uncertainty))];
      const o = options(el, lang, { ours: t.trust.ours, theirs: t.trust.theirs }, () => latest.current.placed, () => latest.current.chosen);
      o.hooks = { ...o.hooks, setCursor: [(u) => setTip(u.cursor.idx == null || (u.cursor.left ?? -1) < 0 ? null : { x: u.cursor.left ?? 0, index: u.cursor.idx })] };
      plot.current = new UPlot(o, data as uPlotType.AlignedData, el);
      plot.current.over.addEventListener('click', (e) => {
        const u = plot.current;
        if (!u) return;
        const box = u.over.getBoundingClientRect();
        const near = latest.current.placed
          .map((p) => ({ p, d: Math.hypot(u.valToPos(p.x, 'x') - (e.clientX - box.left), u.valToPos(p.y, 'y') - (e.clientY - box.top)) }))
          .sort((a, b) => a.d - b.d)[0];
        if (near && near.d < 22) latest.current.onChoose(near.p.event);
      });
      watch.observe(el);
    });
    return () => { gone = true; watch.disconnect(); plot.current?.destroy(); plot.current = null; };
  }, [ours, theirs, lang, dark, theme, t]);
  useEffect(() => plot.current?.redraw(false), [chosen, placed]);

  const a = ours[0], b = ours[ours.length - 1], d = theirs[theirs.length - 1];
  const p = tip ? ours[tip.index] : undefined;
  return (
    <div className="chart" role="img" aria-label={a && b ? `${t.partner.chart}. ${t.trust.ours}: ${percent(lang, a.trust)} → ${percent(lang, b.trust)}. ${t.trust.theirs}: ${d ? percent(lang, d.trust) : ''}.` : t.partner.chart}>
      <div ref={host} className="chart-host" />
      {tip && p && (
        <div className="chart-tip" style={{ left: Math.min(tip.x + 60, (host.current?.clientWidth ?? 400) - 190) }}>
          <strong>{day(lang, p.at)}</strong>
          <span><i className="line-ours" />{t.trust.oursShort} {percent(lang, p.trust, 1)}</span>
          {theirs[tip.index] && <span><i className="line-theirs" />{t.trust.theirsShort} {percent(lang, theirs[tip.index]?.trust ?? 0, 1)}</span>}
        </div>
      )}
    </div>
  );
}

export function EventText({ event, link = true }: { event: ChartEvent; link?: boolean }) {
  const t = useText();
  const lang = useLang();
  const { path, title } = useKinds();
  const up = event.valence > 0;
  return (
    <span className="event-text">
      <span className={`event-mark ${event.side} ${up ? 'up' : 'down'}`} aria-hidden="true">{up ? '▲' : '▼'}</span>
      <When at={event.at.slice(0, 10)} short />
      {link ? <Link to={path(event.kind, event.record)}>{named(lang, event).text || title(event.kind)}</Link> : <span>{named(lang, event).text}</span>}
      <span className="muted">{up ? t.partner.kept : t.partner.broken} · {event.side === 'ours' ? t.trust.oursShort : t.trust.theirsShort}</span>
    </span>
  );
}

export function TrustChart({ ours, theirs }: { ours: Series; theirs: Series }) {
  const t = useText();
  const lang = useLang();
  useContext(RefsContext);
  const [chosen, setChosen] = useState<ChartEvent | null>(null);
  const events = useMemo<ChartEvent[]>(() => [
    ...ours.events.map((e) => ({ ...e, side: 'ours' as const })), ...theirs.events.map((e) => ({ ...e, side: 'theirs' as const })),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)), [ours, theirs]);
  const index = chosen ? events.findIndex((e) => e.record === chosen.record && e.side === chosen.side && e.at === chosen.at) : -1;
  const step = (by: number) => {
    const next = index < 0 ? (by > 0 ? 0 : events.length - 1) : Math.max(0, Math.min(events.length - 1, index + by));
    setChosen(events[next] ?? null);
  };
  const rows = ours.points.filter((_, i) => i % Math.max(1, Math.round(ours.points.length / 12)) === 0 || i === ours.points.length - 1);
  return (
    <div>
      <div className="chart-key" aria-hidden="true">
        <span><i className="line-ours" />{t.trust.ours}</span><span><i className="line-theirs" />{t.trust.theirs}</span>
        <span><i className="line-open" />{t.partner.band}</span><span>▲ {t.partner.kept}</span><span><b className="down-mark">▼</b> {t.partner.broken}</span>
      </div>
      <Plot ours={ours.points} theirs={theirs.points} events={events} chosen={chosen} onChoose={setChosen} />
      {events.length === 0 ? <p className="muted">{t.partner.eventsNone}</p> : (
        <div className="stepper" role="group" aria-label={t.partner.events} onKeyDown={(e) => {
          if (e.key === 'ArrowLeft') step(-1);
          if (e.key === 'ArrowRight') step(1);
        }}>
          <button type="button" className="icon-button" aria-label={t.partner.previousEvent} onClick={() => step(-1)}><span className="flip"><Icon name="more" /></span></button>
          <button type="button" className="icon-button" aria-label={t.partner.nextEvent} onClick={() => step(1)}><Icon name="more" /></button>
          <div aria-live="polite" className="stepper-text">{chosen ? <EventText event={chosen} /> : <span className="muted">{t.partner.chartHelp}</span>}</div>
        </div>
      )}
      <div className="chart-more">
        {events.length > 0 && <details><summary>{t.partner.allEvents(String(events.length))}</summary>
          <ol className="event-list">{[...events].reverse().map((e, i) => <li key={e.record + e.side + i}><EventText event={e} /></li>)}</ol></details>}
        <details><summary>{t.partner.asTable}</summary>
          <Table label={t.partner.chart} className="table slim"><thead><tr><th scope="col">{t.partner.date}</th><th scope="col" className="num">{t.trust.ours}</th><th scope="col" className="num">{t.trust.uncertainty}</th><th scope="col" className="num">{t.trust.theirs}</th></tr></thead>
            <tbody>{rows.map((p) => <tr key={p.at}><th scope="row">{day(lang, p.at)}</th><td className="num">{percent(lang, p.trust, 1)}</td><td className="num">{percent(lang, p.uncertainty)}</td><td className="num">{percent(lang, valueAt(theirs.points, at(p.at)) ?? 0, 1)}</td></tr>)}</tbody></Table></details>
      </div>
    </div>
  );
}
