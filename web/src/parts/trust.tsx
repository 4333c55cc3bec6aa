/* A trust figure as it may honestly be shown: the number, the word, how much of it rests on
 * evidence, and the range that the evidence leaves open (belief to belief plus uncertainty). */
import { useLang, useText } from '../i18n/index.ts';
import { num, percent, signed } from '../lib/format.ts';
import { band, BANDS, THIN } from '../lib/trust.ts';
import type { Figure } from '../lib/types.ts';

type Readout = 'trust' | 'forecast';

function useWords(f: Figure, readout: Readout) {
  const t = useText();
  const lang = useLang();
  const value = readout === 'forecast' ? f.forecast : f.trust;
  const b = band(value);
  const low = f.belief,
    high = Math.min(1, f.belief + f.uncertainty);
  const facts =
    f.evidence === 0
      ? t.trust.noEvidence
      : f.uncertainty > THIN
        ? t.trust.thin
        : t.trust.evidence(num(lang, f.evidence), f.evidence);
  return {
    value,
    b,
    word: t.trust.bands[b],
    text: percent(lang, value),
    low,
    high,
    facts,
    range: t.trust.range(percent(lang, low), percent(lang, high)),
    thin: f.evidence === 0 || f.uncertainty > THIN,
  };
}

export function RangeBar({
  low,
  high,
  value,
  band: b,
  width = 88,
}: {
  low: number;
  high: number;
  value: number;
  band: string;
  width?: number;
}) {
  const x = (v: number) => 1 + v * (width - 2);
  return (
    <svg
      className={'range range-' + b}
      width={width}
      height="12"
      viewBox={`0 0 ${width} 12`}
      aria-hidden="true"
      focusable="false">
      <rect x="1" y="4.5" width={width - 2} height="3" rx="1.5" className="range-track" />
      <rect x={x(low)} y="3" width={Math.max(1, x(high) - x(low))} height="6" rx="3" className="range-open" />
      <rect x={x(value) - 1.5} y="0.5" width="3" height="11" rx="1.5" className="range-at" />
    </svg>
  );
}

/* In a table cell: bar, number, word. */
export function TrustCell({ figure, readout = 'trust' }: { figure: Figure | undefined; readout?: Readout }) {
  const t = useText();
  if (!figure) return <span className="muted">{t.trust.noFigure}</span>;
  return <TrustInline figure={figure} readout={readout} />;
}

function TrustInline({ figure, readout }: { figure: Figure; readout: Readout }) {
  const w = useWords(figure, readout);
  return (
    <span className={'trust' + (w.thin ? ' trust-thin' : '')} title={w.range}>
      <span className={`trust-value band-${w.b}`}>{w.text}</span>
      <RangeBar low={w.low} high={w.high} value={w.value} band={w.b} />
      <span className="trust-note">
        {w.word}, {w.facts}
      </span>
      <span className="sr">; {w.range}</span>
    </span>
  );
}

/* On the brief: one direction as a card. */
export function TrustCard({
  title,
  figure,
  readout = 'trust',
}: {
  title: string;
  figure: Figure;
  readout?: Readout;
}) {
  const w = useWords(figure, readout);
  const t = useText();
  const lang = useLang();
  const parts = [
    ['belief', figure.belief],
    ['uncertainty', figure.uncertainty],
    ['disbelief', figure.disbelief],
  ] as const;
  return (
    <div className="trust-card">
      <h2>{title}</h2>
      <p className="trust-big">
        <span className={`band-${w.b}`}>{w.text}</span> <span className="trust-word">{w.word}</span>
      </p>
      <div className="opinion" aria-hidden="true">
        {parts.map(([k, v]) => (
          <span key={k} className={'opinion-' + k} style={{ flexGrow: Math.max(v, 0.001) }} />
        ))}
        <i style={{ left: `${w.value * 100}%` }} />
      </div>
      <dl className="opinion-key">
        {parts.map(([k, v]) => (
          <div key={k} className={'key-' + k}>
            <dt>{t.trust[k]}</dt>
            <dd>{percent(lang, v)}</dd>
          </div>
        ))}
      </dl>
      <p className="trust-foot">
        {w.facts}; {w.range}
      </p>
    </div>
  );
}

export function Trend({ value }: { value: number | undefined }) {
  const t = useText();
  const lang = useLang();
  if (value === undefined) return null;
  const points = Math.round(value * 1000) / 10;
  const way = points >= 0.5 ? 'rising' : points <= -0.5 ? 'falling' : 'steady';
  return (
    <span className={'trend trend-' + way}>
      <span aria-hidden="true">{way === 'rising' ? '▲' : way === 'falling' ? '▼' : '▬'}</span>{' '}
      {signed(lang, points, 1)}
      <span className="sr">
        {' '}
        {t.trust.points}, {t.trust[way]}
      </span>
    </span>
  );
}

export function Spark({ values, label }: { values: number[] | undefined; label?: string }) {
  const t = useText();
  const lang = useLang();
  if (!values || values.length < 2) return null;
  const w = 84,
    h = 22;
  const min = Math.min(...values),
    max = Math.max(...values);
  /* A tiny wobble must not look like a drama: at least 20 points of scale. */
  const middle = (min + max) / 2,
    span = Math.max(max - min, 0.2);
  const x = (i: number) => 2 + (i / (values.length - 1)) * (w - 6);
  const y = (v: number) => h - 3 - ((v - (middle - span / 2)) / span) * (h - 6);
  const first = values[0] as number,
    last = values[values.length - 1] as number;
  return (
    <svg
      className={`spark spark-${band(last)}`}
      width={w}
      height={h}
      viewBox={`0 0 ${w} ${h}`}
      role="img"
      aria-label={(label ? label + ': ' : '') + t.trust.spark(percent(lang, first), percent(lang, last))}>
      <polyline
        points={values.map((v, i) => `${x(i).toFixed(1)},${y(v).toFixed(1)}`).join(' ')}
        fill="none"
      />
      <circle cx={x(values.length - 1)} cy={y(last)} r="2.2" />
    </svg>
  );
}

export function TrustLegend() {
  const t = useText();
  const lang = useLang();
  const edges = [0, 0.35, 0.5, 0.65, 0.8];
  return (
    <div className="legend" role="group" aria-label={t.trust.legend}>
      <span className="legend-title">{t.trust.legend}</span>
      {BANDS.map((b, i) => (
        <span key={b} className={'legend-item'}>
          <i className={'swatch swatch-' + b} aria-hidden="true" />
          {t.trust.bands[b]} <span className="muted">≥ {percent(lang, edges[i] as number)}</span>
        </span>
      ))}
    </div>
  );
}
