/* The life of an agreement on a line: what happened and what will, with today between them. The same is
 * in the list below it. */
import { useContext } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import type { TimelineEvent } from '../lib/agreements.ts';
import { day } from '../lib/format.ts';
import { useKinds } from '../lib/session.tsx';
import { useWidth } from '../lib/width.ts';
import { RefName, Tag, When } from './common.tsx';
import { NowContext } from './common.tsx';
import { useFold } from './table.tsx';

const HEIGHT = 92;
const MID = 44;

/* A date of any precision as a moment. */
const moment = (at: string) =>
  +new Date(/^\d{4}$/.test(at) ? at + '-01-01' : /^\d{4}-\d{2}$/.test(at) ? at + '-01' : at);

export function useEventWord() {
  const t = useText();
  const { word } = useKinds();
  return (event: string) =>
    (t.agreements.events as Record<string, string>)[event] ??
    (t.agreements.states as Record<string, string>)[event] ??
    word('agreement', 'actions.action', event);
}

function years(from: number, to: number): number[] {
  const a = new Date(from).getUTCFullYear(),
    b = new Date(to).getUTCFullYear();
  const step = Math.max(1, Math.ceil((b - a + 1) / 8));
  const out = [];
  for (let y = Math.ceil(a / step) * step; y <= b; y += step) out.push(y);
  return out;
}

/* Below the line and above it in turn, so that near neighbours do not hide each other. */
function Dots({ events, x }: { events: TimelineEvent[]; x: (t: number) => number }) {
  return (
    <>
      {events.map((e, i) => (
        <g key={i} className={e.future ? 'time-dot time-future' : 'time-dot'}>
          <line x1={x(moment(e.at))} x2={x(moment(e.at))} y1={MID} y2={MID + (i % 2 ? 14 : -14)} />
          <circle cx={x(moment(e.at))} cy={MID + (i % 2 ? 14 : -14)} r="5" />
        </g>
      ))}
    </>
  );
}

export function Timeline({ events, asOf }: { events: TimelineEvent[]; asOf: string }) {
  const t = useText();
  const lang = useLang();
  const now = useContext(NowContext);
  const word = useEventWord();
  const { host, width } = useWidth<HTMLDivElement>(260);
  const { shown, control } = useFold(events, 14);
  if (events.length === 0) return <p className="none">{t.agreements.timelineNone}</p>;
  const today = moment(asOf || now);
  const times = [...events.map((e) => moment(e.at)), today];
  const span = Math.max(...times) - Math.min(...times) || 864e5 * 365;
  const from = Math.min(...times) - span * 0.04,
    to = Math.max(...times) + span * 0.04;
  const x = (m: number) => 12 + ((m - from) / (to - from)) * (width - 24);
  return (
    <div>
      <div ref={host} className="timeline">
        <svg
          width={width}
          height={HEIGHT}
          viewBox={`0 0 ${width} ${HEIGHT}`}
          role="img"
          aria-label={t.agreements.timelineWords(
            String(events.length),
            day(lang, events[0]?.at),
            day(lang, events[events.length - 1]?.at),
          )}>
          {years(from, to).map((y) => (
            <g key={y}>
              <line
                className="grid-line"
                x1={x(Date.UTC(y, 0, 1))}
                x2={x(Date.UTC(y, 0, 1))}
                y1={12}
                y2={HEIGHT - 22}
              />
              <text className="tick" x={x(Date.UTC(y, 0, 1))} y={HEIGHT - 6} textAnchor="middle">
                {y}
              </text>
            </g>
          ))}
          <line className="axis-line" x1={12} x2={width - 12} y1={MID} y2={MID} />
          <line className="time-now" x1={x(today)} x2={x(today)} y1={6} y2={HEIGHT - 22} />
          <Dots events={events} x={x} />
        </svg>
      </div>
      <ol className="event-list timeline-list">
        {shown.map((e, i) => (
          <li key={i}>
            <When at={e.at} short /> <strong>{word(e.event)}</strong>
            {e.party && (
              <>
                {' – '}
                <RefName id={e.party} />
              </>
            )}{' '}
            {e.future && <Tag tone="info">{t.agreements.future}</Tag>}
            {e.source && (
              <span className="muted small-text">
                {' '}
                {(t.agreements.sources as Record<string, string>)[e.source] ?? ''}
              </span>
            )}
          </li>
        ))}
      </ol>
      {control}
    </div>
  );
}
