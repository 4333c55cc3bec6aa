/* Where actors stand. Around the centre, nearer means more trusted, in order.
 * With two steps of depth a force layout loosens the rings. No randomness: the same answer gives
 * the same picture. */
import type { NetEdge, Network } from './types.ts';

export interface Point {
  x: number;
  y: number;
}

export function trustFrom(centre: string, edges: NetEdge[]): Map<string, number> {
  const out = new Map<string, number>();
  for (const e of edges) {
    if (e.trust === undefined) continue;
    if (e.source === centre) out.set(e.target, e.trust);
    else if (e.target === centre && !out.has(e.source)) out.set(e.source, e.trust);
  }
  return out;
}

function hash(text: string): number {
  let h = 2166136261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  return (h >>> 0) / 4294967296;
}

/* `wide` stretches the rings to the shape of the screen: names are written sideways. */
export function rings(net: Network, centre: string, wide = 1): Map<string, Point> {
  const trust = trustFrom(centre, net.edges);
  const at = new Map<string, Point>([[centre, { x: 0, y: 0 }]]);
  const near = net.nodes.filter(
    (n) =>
      n.id !== centre &&
      net.edges.some(
        (e) => (e.source === centre && e.target === n.id) || (e.target === centre && e.source === n.id),
      ),
  );
  near.sort((a, b) => (trust.get(b.id) ?? 0.5) - (trust.get(a.id) ?? 0.5) || (a.id < b.id ? -1 : 1));
  /* The circle shows the differences that there are: the most trusted is nearest, the least farthest. */
  const seen = near.map((n) => trust.get(n.id) ?? 0.5);
  const most = Math.max(...seen),
    span = Math.max(most - Math.min(...seen), 0.15);
  near.forEach((n, i) => {
    const angle = (i / near.length) * 2 * Math.PI - Math.PI / 2;
    /* Neighbours on the circle are staggered a little, so that their names do not collide. */
    const r = 0.75 + 0.85 * ((most - (trust.get(n.id) ?? 0.5)) / span) + (i % 2 ? 0.16 : 0);
    at.set(n.id, { x: wide * r * Math.cos(angle), y: r * Math.sin(angle) });
  });
  const far = net.nodes.filter((n) => !at.has(n.id));
  const children = new Map<string, number>();
  for (const n of far) {
    const edge = net.edges.find(
      (e) => (e.source === n.id && at.has(e.target)) || (e.target === n.id && at.has(e.source)),
    );
    const parent = edge ? (edge.source === n.id ? edge.target : edge.source) : centre;
    const p = at.get(parent) ?? { x: 0, y: 0 };
    const k = (children.get(parent) ?? 0) + 1;
    children.set(parent, k);
    const angle = Math.atan2(p.y, p.x) + (hash(n.id) - 0.5) * 1.2 + (k % 2 ? 0.15 : -0.15) * k;
    at.set(n.id, {
      x: p.x + (0.9 + 0.05 * k) * Math.cos(angle),
      y: p.y + (0.9 + 0.05 * k) * Math.sin(angle),
    });
  }
  return at;
}

/* The next actor in a direction: the nearest one inside a quarter turn of it. */
export function step(from: Point, key: string, points: Map<string, Point>): string | null {
  const dir: Record<string, Point> = {
    ArrowRight: { x: 1, y: 0 },
    ArrowLeft: { x: -1, y: 0 },
    ArrowUp: { x: 0, y: 1 },
    ArrowDown: { x: 0, y: -1 },
  };
  const d = dir[key];
  if (!d) return null;
  let best: string | null = null,
    cost = Infinity;
  for (const [id, p] of points) {
    const dx = p.x - from.x,
      dy = p.y - from.y,
      along = dx * d.x + dy * d.y,
      across = Math.abs(dx * d.y - dy * d.x);
    if (along <= 1e-9 || across > along) continue;
    const c = along + 2 * across;
    if (c < cost) {
      cost = c;
      best = id;
    }
  }
  return best;
}
