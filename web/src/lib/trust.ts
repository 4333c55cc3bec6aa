/* Words and colours for trust. A colour never stands alone: its word or its number is beside it.
 * The scale runs from orange over grey to blue, which the common colour blindnesses keep apart. */
export const BANDS = ['low', 'guarded', 'moderate', 'good', 'high'] as const;
export type Band = (typeof BANDS)[number];
export const EDGES = [0.35, 0.5, 0.65, 0.8];

/* By the figure as it is printed, so that word and number never disagree. */
export function band(trust: number): Band {
  const i = EDGES.findIndex((e) => Math.round(trust * 100) / 100 < e);
  return BANDS[i < 0 ? BANDS.length - 1 : i] as Band;
}

/* With this much of the opinion uncertain, the figure is mostly the starting point. */
export const THIN = 0.65;

/* Largest-remainder rounding: the printed figures add up to the printed total exactly. */
export function addUp(values: number[], total: number): number[] {
  const floors = values.map(Math.floor);
  let left = total - floors.reduce((a, b) => a + b, 0);
  const order = values
    .map((v, i) => ({ i, rest: v - Math.floor(v) }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  const step = left < 0 ? -1 : 1;
  for (let k = 0; left !== 0 && order.length > 0; k = (k + 1) % order.length) {
    const at = (order[step > 0 ? k : order.length - 1 - k] as { i: number }).i;
    floors[at] = (floors[at] as number) + step;
    left -= step;
  }
  return floors;
}
