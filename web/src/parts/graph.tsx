/* The drawing of the network. Everything in it is also in the table of its page; with the keyboard the
 * arrow keys go from actor to actor. If the browser cannot draw it, the table stands alone. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type Sigma from 'sigma';
import { named, useLang, useText } from '../i18n/index.ts';
import { rings, step, trustFrom, type Point } from '../lib/layout.ts';
import { usePrefs } from '../lib/prefs.ts';
import { band, type Band } from '../lib/trust.ts';
import type { Network } from '../lib/types.ts';
import { Icon } from './icons.tsx';

/* What a view of the network picks out: actors, and ties as edgeKey names them. The rest stands back. */
export interface Marks {
  tone: 'path' | 'risk';
  nodes: Set<string>;
  edges: Set<string>;
}
export const edgeKey = (a: string, b: string) => (a < b ? `${a} ${b}` : `${b} ${a}`);

interface Colours {
  band: Record<Band, string>;
  none: string;
  ink: string;
  surface: string;
  accent: string;
  faint: string;
  tone: Record<Marks['tone'], string>;
}

function colours(el: HTMLElement): Colours {
  const s = getComputedStyle(el);
  const c = (n: string) => s.getPropertyValue(n).trim();
  return {
    band: {
      low: c('--low'),
      guarded: c('--guarded'),
      moderate: c('--moderate'),
      good: c('--t-good'),
      high: c('--t-high'),
    },
    none: c('--line-strong'),
    ink: c('--ink'),
    surface: c('--surface'),
    accent: c('--ink'),
    faint: c('--line'),
    tone: { path: c('--accent'), risk: c('--bad') },
  };
}

const NAMED = 24; /* more marked ones than these are named where there is room */
const LONGEST = 24;
const brief = (name: string) => (name.length > LONGEST ? name.slice(0, LONGEST - 1).trimEnd() + '…' : name);

interface Box {
  x: number;
  y: number;
  w: number;
}
const HIGH = 18;

/* Where a name may stand without covering another: beside its actor, a little higher or lower, or
 * on the other side. A name without a place is left out; it shows on pointing, nearer, and below. */
function free(
  written: Box[],
  at: { x: number; y: number; size: number },
  w: number,
  left: boolean,
  width: number,
): Box | null {
  for (const side of [left, !left]) {
    const x = side ? at.x - at.size - 5 - w : at.x + at.size + 5;
    if (x < 2 || x + w > width - 2) continue;
    for (const dy of [0, -8, 8]) {
      const box = { x, y: at.y - HIGH / 2 + dy, w };
      if (written.every((b) => b.x > box.x + box.w || b.x + b.w < box.x || Math.abs(b.y - box.y) > HIGH - 3))
        return box;
    }
  }
  return null;
}

type View = { sigma: Sigma; points: Map<string, Point> };

async function draw(
  host: HTMLElement,
  net: Network,
  centre: string,
  names: Map<string, string>,
  chosen: () => string | null,
  picked: () => Marks | null,
  onPick: (id: string | null) => void,
): Promise<View> {
  const [{ default: SigmaClass }, { default: Graph }, { default: forces }] = await Promise.all([
    import('sigma'),
    import('graphology'),
    import('graphology-layout-forceatlas2'),
  ]);
  const c = colours(host);
  const trust = trustFrom(centre, net.edges);
  const points = rings(
    net,
    centre,
    Math.min(1.6, Math.max(0.7, host.clientWidth / Math.max(host.clientHeight, 1))),
  );
  const graph = new Graph({ multi: false, type: 'undirected' });
  const most = Math.max(1, ...net.nodes.map((n) => n.degree ?? 1));
  for (const n of net.nodes) {
    const p = points.get(n.id) ?? { x: 0, y: 0 },
      v = trust.get(n.id);
    graph.addNode(n.id, {
      ...p,
      label: brief(names.get(n.id) ?? ''),
      left: p.x < -0.05,
      size: n.id === centre ? 15 : 5 + 5 * Math.sqrt((n.degree ?? 1) / most),
      color: n.id === centre ? c.ink : v === undefined ? c.none : c.band[band(v)],
      forceLabel: n.id === centre,
    });
  }
  for (const e of net.edges) {
    if (
      e.source === e.target ||
      !graph.hasNode(e.source) ||
      !graph.hasNode(e.target) ||
      graph.hasEdge(e.source, e.target)
    )
      continue;
    const own = e.source === centre || e.target === centre;
    graph.addEdge(e.source, e.target, {
      color: e.trust === undefined ? c.faint : c.band[band(e.trust)],
      size: own ? 1.8 : 0.9,
    });
  }
  if (net.edges.length > net.nodes.length * 1.2 && graph.order > 3)
    forces.assign(graph, {
      iterations: Math.min(150, Math.round(20000 / graph.order)),
      settings: { ...forces.inferSettings(graph), gravity: 1.2, scalingRatio: 12, adjustSizes: false },
    });
  graph.forEachNode((id, a) => {
    points.set(id, { x: a.x as number, y: a.y as number });
    graph.setNodeAttribute(
      id,
      'left',
      (a.x as number) < (graph.getNodeAttribute(centre, 'x') as number) - 0.01,
    );
  });
  const written: Box[] = [];
  let over: string | null = null;
  const focus = () => over ?? chosen();
  const sigma = new SigmaClass(graph, host, {
    labelFont: 'system-ui, sans-serif',
    labelSize: 13,
    labelWeight: '550',
    labelColor: { color: c.ink },
    labelDensity: 4,
    labelGridCellSize: 60,
    labelRenderedSizeThreshold: 3,
    renderEdgeLabels: false,
    stagePadding: 44,
    zIndex: true,
    minCameraRatio: 0.1,
    maxCameraRatio: 3,
    allowInvalidContainer: true,
    /* Names are written away from the middle, so that they do not lie on the lines. */
    defaultDrawNodeLabel: (ctx, data, settings) => {
      if (!data.label) return;
      ctx.font = `${data.forceLabel ? 700 : settings.labelWeight} ${settings.labelSize}px ${settings.labelFont}`;
      const left = Boolean((data as { left?: boolean }).left);
      ctx.lineWidth = 3;
      ctx.strokeStyle = c.surface;
      ctx.fillStyle = c.ink;
      const place = free(written, data, ctx.measureText(data.label).width, left, host.clientWidth);
      if (!place) return;
      written.push(place);
      ctx.strokeText(data.label, place.x, place.y + 14);
      ctx.fillText(data.label, place.x, place.y + 14);
    },
    defaultDrawNodeHover: (ctx, data, settings) => {
      ctx.beginPath();
      ctx.arc(data.x, data.y, data.size + 4, 0, Math.PI * 2);
      ctx.strokeStyle = c.ink;
      ctx.lineWidth = 2;
      ctx.stroke();
      if (!data.label) return;
      ctx.font = `${settings.labelWeight} ${settings.labelSize}px ${settings.labelFont}`;
      const w = ctx.measureText(data.label).width,
        left = Boolean((data as { left?: boolean }).left);
      const x = left ? data.x - data.size - 11 - w : data.x + data.size + 3;
      ctx.fillStyle = c.surface;
      ctx.fillRect(x, data.y - 11, w + 8, 21);
      ctx.fillStyle = c.ink;
      ctx.fillText(data.label, x + 4, data.y + settings.labelSize / 3);
    },
    nodeReducer: (id, a) => {
      const f = focus(),
        marks = picked();
      if (marks?.nodes.has(id))
        return {
          ...a,
          color: c.tone[marks.tone],
          size: (a.size as number) + 2,
          highlighted: id === f,
          zIndex: 2,
          forceLabel: marks.nodes.size <= NAMED,
        };
      if (marks && !f)
        return id === centre ? a : { ...a, color: c.none, label: '', size: (a.size as number) * 0.8, zIndex: 0 };
      if (!f || id === f || graph.areNeighbors(id, f))
        return {
          ...a,
          highlighted: id === f,
          zIndex: id === f ? 2 : 1,
          forceLabel: id === f || a.forceLabel,
        };
      return { ...a, color: c.faint, label: '', zIndex: 0 };
    },
    edgeReducer: (id, a) => {
      const f = focus(),
        marks = picked();
      if (marks?.edges.has(edgeKey(graph.source(id), graph.target(id))))
        return { ...a, color: c.tone[marks.tone], size: marks.edges.size > 12 ? 2.5 : 4, zIndex: 2 };
      if (marks && !f) return { ...a, color: c.faint, zIndex: 0 };
      return !f || graph.hasExtremity(id, f)
        ? { ...a, zIndex: 1 }
        : { ...a, color: c.faint, hidden: graph.size > 400 };
    },
  });
  sigma.on('beforeRender', () => {
    written.length = 0;
  });
  sigma.on('enterNode', ({ node }) => {
    over = node;
    host.classList.add('pointing');
    sigma.refresh({ skipIndexation: true });
  });
  sigma.on('leaveNode', () => {
    over = null;
    host.classList.remove('pointing');
    sigma.refresh({ skipIndexation: true });
  });
  sigma.on('clickNode', ({ node }) => onPick(node));
  sigma.on('clickStage', () => onPick(null));
  return { sigma, points };
}

export function Graph({
  net,
  centre,
  chosen,
  marks = null,
  onChoose,
  onOpen,
  onCentre,
  describedBy,
}: {
  net: Network;
  centre: string;
  chosen: string | null;
  marks?: Marks | null;
  onChoose: (id: string | null) => void;
  onOpen: (id: string) => void;
  onCentre: (id: string) => void;
  describedBy: string;
}) {
  const t = useText();
  const lang = useLang();
  const { dark, theme } = usePrefs();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<View | null>(null);
  const [failed, setFailed] = useState(false);
  const [drawn, setDrawn] = useState(false);
  const names = useMemo(
    () =>
      new Map(net.nodes.map((n) => [n.id, (lang === 'fr' ? n.short_fr : n.short_en) || named(lang, n).text])),
    [net, lang],
  );
  const latest = useRef({ chosen, marks, onChoose });
  latest.current = { chosen, marks, onChoose };

  useEffect(() => {
    const el = host.current;
    if (!el) return;
    let gone = false;
    draw(
      el,
      net,
      centre,
      names,
      () => latest.current.chosen,
      () => latest.current.marks,
      (id) => latest.current.onChoose(id),
    ).then(
      (v) => {
        if (gone) return v.sigma.kill();
        view.current = v;
        setDrawn(true);
      },
      () => setFailed(true),
    );
    return () => {
      gone = true;
      view.current?.sigma.kill();
      view.current = null;
      setDrawn(false);
    };
  }, [net, centre, names, dark, theme]);
  useEffect(() => {
    view.current?.sigma.refresh({ skipIndexation: true });
  }, [chosen, marks]);

  const zoom = (by: number) => {
    const camera = view.current?.sigma.getCamera();
    if (!camera) return;
    if (by === 0) void camera.animatedReset({ duration: 150 });
    else void camera.animate({ ratio: Math.min(3, Math.max(0.1, camera.ratio * by)) }, { duration: 120 });
  };
  /* An arrow before the drawing is there chooses the centre, as the first one always does. */
  const goOn = (key: string) => {
    const v = view.current;
    const from = chosen === null ? undefined : v?.points.get(chosen);
    const next = chosen === null ? centre : v && from ? step(from, key, v.points) : null;
    if (!next) return;
    onChoose(next);
    const shown = v?.sigma.getNodeDisplayData(next);
    if (v && shown && v.sigma.getCamera().ratio < 0.95)
      void v.sigma.getCamera().animate({ x: shown.x, y: shown.y }, { duration: 120 });
  };
  const onKey = (e: React.KeyboardEvent) => {
    if (e.key.startsWith('Arrow')) goOn(e.key);
    else if (e.key === 'Enter' && chosen) onOpen(chosen);
    else if (e.key.toLowerCase() === 'c' && chosen) onCentre(chosen);
    else if (e.key === '+' || e.key === '=') zoom(0.7);
    else if (e.key === '-') zoom(1.4);
    else if (e.key === '0') zoom(0);
    else if (e.key === 'Escape') onChoose(null);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  if (failed) return null;
  return (
    <div className="graph">
      <div
        ref={host}
        className="graph-host"
        role="application"
        aria-busy={!drawn}
        tabIndex={0}
        aria-label={t.network.graph}
        aria-describedby={describedBy}
        onKeyDown={onKey}
      />
      <div className="graph-tools">
        <button type="button" className="icon-button" aria-label={t.network.zoomIn} onClick={() => zoom(0.7)}>
          <Icon name="plus" />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={t.network.zoomOut}
          onClick={() => zoom(1.4)}>
          <Icon name="minus" />
        </button>
        <button type="button" className="icon-button" aria-label={t.network.fit} onClick={() => zoom(0)}>
          <Icon name="target" />
        </button>
      </div>
    </div>
  );
}
