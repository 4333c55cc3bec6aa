/* Trust over time in both directions, with the facts that moved it. The drawing is an image with
 * words; the same is reachable step by step with buttons, as a list and as a table. */
import { useMemo, useState } from 'react';
import { named, useLang, useText } from '../i18n/index.ts';
import { day, percent } from '../lib/format.ts';
import { Link } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import type { Series } from '../lib/types.ts';
import { When } from './common.tsx';
import { Icon } from './icons.tsx';
import { at, Plot, valueAt, type ChartEvent } from './plot.tsx';
import { Table } from './table.tsx';

export function EventText({ event, link = true }: { event: ChartEvent; link?: boolean }) {
  const t = useText();
  const lang = useLang();
  const { path, title } = useKinds();
  const up = event.valence > 0;
  return (
    <span className="event-text">
      <span className={`event-mark ${event.side} ${up ? 'up' : 'down'}`} aria-hidden="true">
        {up ? '▲' : '▼'}
      </span>
      <When at={event.at.slice(0, 10)} short />
      {link ? (
        <Link to={path(event.kind, event.record)}>{named(lang, event).text || title(event.kind)}</Link>
      ) : (
        <span>{named(lang, event).text}</span>
      )}
      <span className="muted">
        {up ? t.partner.kept : t.partner.broken} ·{' '}
        {event.side === 'ours' ? t.trust.oursShort : t.trust.theirsShort}
      </span>
    </span>
  );
}

export function TrustChart({ ours, theirs }: { ours: Series; theirs: Series }) {
  const t = useText();
  const lang = useLang();
  const [chosen, setChosen] = useState<ChartEvent | null>(null);
  const events = useMemo<ChartEvent[]>(
    () =>
      [
        ...ours.events.map((e) => ({ ...e, side: 'ours' as const })),
        ...theirs.events.map((e) => ({ ...e, side: 'theirs' as const })),
      ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
    [ours, theirs],
  );
  const index = chosen
    ? events.findIndex((e) => e.record === chosen.record && e.side === chosen.side && e.at === chosen.at)
    : -1;
  const step = (by: number) => {
    const next =
      index < 0 ? (by > 0 ? 0 : events.length - 1) : Math.max(0, Math.min(events.length - 1, index + by));
    setChosen(events[next] ?? null);
  };
  const rows = ours.points.filter(
    (_, i) => i % Math.max(1, Math.round(ours.points.length / 12)) === 0 || i === ours.points.length - 1,
  );
  return (
    <div>
      <div className="chart-key" aria-hidden="true">
        <span>
          <i className="line-ours" />
          {t.trust.ours}
        </span>
        <span>
          <i className="line-theirs" />
          {t.trust.theirs}
        </span>
        <span>
          <i className="line-open" />
          {t.partner.band}
        </span>
        <span>▲ {t.partner.kept}</span>
        <span>
          <b className="down-mark">▼</b> {t.partner.broken}
        </span>
      </div>
      <Plot ours={ours.points} theirs={theirs.points} events={events} chosen={chosen} onChoose={setChosen} />
      {events.length === 0 ? (
        <p className="muted">{t.partner.eventsNone}</p>
      ) : (
        <div
          className="stepper"
          role="group"
          aria-label={t.partner.events}
          onKeyDown={(e) => {
            if (e.key === 'ArrowLeft') step(-1);
            if (e.key === 'ArrowRight') step(1);
          }}>
          <button
            type="button"
            className="icon-button"
            aria-label={t.partner.previousEvent}
            onClick={() => step(-1)}>
            <span className="flip">
              <Icon name="more" />
            </span>
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label={t.partner.nextEvent}
            onClick={() => step(1)}>
            <Icon name="more" />
          </button>
          <div aria-live="polite" className="stepper-text">
            {chosen ? <EventText event={chosen} /> : <span className="muted">{t.partner.chartHelp}</span>}
          </div>
        </div>
      )}
      <div className="chart-more">
        {events.length > 0 && (
          <details>
            <summary>{t.partner.allEvents(String(events.length))}</summary>
            <ol className="event-list">
              {[...events].reverse().map((e, i) => (
                <li key={e.record + e.side + i}>
                  <EventText event={e} />
                </li>
              ))}
            </ol>
          </details>
        )}
        <details>
          <summary>{t.partner.asTable}</summary>
          <Table label={t.partner.chart} className="table slim">
            <thead>
              <tr>
                <th scope="col">{t.partner.date}</th>
                <th scope="col" className="num">
                  {t.trust.ours}
                </th>
                <th scope="col" className="num">
                  {t.trust.uncertainty}
                </th>
                <th scope="col" className="num">
                  {t.trust.theirs}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((p) => (
                <tr key={p.at}>
                  <th scope="row">{day(lang, p.at)}</th>
                  <td className="num">{percent(lang, p.trust, 1)}</td>
                  <td className="num">{percent(lang, p.uncertainty)}</td>
                  <td className="num">{percent(lang, valueAt(theirs.points, at(p.at)) ?? 0, 1)}</td>
                </tr>
              ))}
            </tbody>
          </Table>
        </details>
      </div>
    </div>
  );
}
