/* The lines of a plan by day or as a list. Visits of one trip stand together; with several persons each
 * has a board of their own. */
import type { ReactNode } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import { num } from '../lib/format.ts';
import type { PlanLine, PlanPerson, PlanTrip, PlanWeek } from '../lib/nurture.ts';
import { regionName } from '../lib/regions.ts';
import { useKinds } from '../lib/session.tsx';
import { Priority, RefLink, Tag, When } from './common.tsx';
import { useOptionWords } from './options.tsx';
import { Table } from './table.tsx';

export interface Accepting {
  onAccept?: (line: PlanLine) => void;
}

/* Whole hours as they are, others with what they need. */
export function useHours() {
  const lang = useLang();
  return (h: number) => num(lang, h, Number.isInteger(h) ? 0 : Number.isInteger(h * 10) ? 1 : 2);
}

/* The answer says trust at the end with the line and without it; the loss is the difference. */
export function useLost() {
  const t = useText();
  const lang = useLang();
  return (line: PlanLine) => {
    const lost = Math.round(1e4 * (line.trust_end - line.lost_if_skipped)) / 100;
    return t.plan.points(num(lang, lost || 0, 2)); /* never "-0.00" */
  };
}

function AcceptButton({ line, onAccept }: { line: PlanLine } & Accepting) {
  const t = useText();
  const { name } = useOptionWords();
  return onAccept ? (
    <button
      type="button"
      className="button small no-print"
      aria-label={t.plan.acceptOf(name(line.partner))}
      onClick={() => onAccept(line)}>
      {t.plan.accept}
    </button>
  ) : null;
}

function Reason({ line }: { line: PlanLine }) {
  const t = useText();
  const lang = useLang();
  return (
    <>
      {line.why.must_do && <Tag tone="warn">{t.plan.mustDo}</Tag>} {line.because[lang]}
      {line.why.needs.length > 0 && (
        <span className="row-sub">
          {line.why.needs.map((n, i) => (
            <span key={n.need}>
              {i > 0 && ' · '}
              <RefLink id={n.need} />
            </span>
          ))}
        </span>
      )}
      {line.with.length > 0 && (
        <span className="row-sub">
          {t.plan.askFor}{' '}
          {line.with.map((p, i) => (
            <span key={p}>
              {i > 0 && ', '}
              <RefLink id={p} />
            </span>
          ))}
        </span>
      )}
    </>
  );
}

function Card({ line, onAccept }: { line: PlanLine } & Accepting) {
  const t = useText();
  const { word } = useKinds();
  const hours = useHours();
  const lost = useLost();
  return (
    <li className="request-card plan-line">
      <p className="request-who">
        <RefLink id={line.partner} />
      </p>
      <div className="request-tags">
        <Tag tone="info">{word('engagement', 'mode', line.type)}</Tag>
        <Tag>{t.plan.hoursText(hours(line.hours))}</Tag>
      </div>
      <dl className="plan-facts">
        <dt>{t.plan.whyNow}</dt>
        <dd>
          <Reason line={line} />
        </dd>
        <dt>{t.plan.lost}</dt>
        <dd>{lost(line)}</dd>
      </dl>
      <div className="card-actions">
        <AcceptButton line={line} onAccept={onAccept} />
      </div>
    </li>
  );
}

/* Working days always, the others when something falls on them. */
function daysOf(week: PlanWeek): string[] {
  const out: string[] = [];
  for (let at = +new Date(week.from); at <= +new Date(week.until); at += 864e5) {
    const d = new Date(at);
    const iso = d.toISOString().slice(0, 10);
    if ((d.getUTCDay() + 6) % 7 < 5 || week.lines.some((l) => l.on === iso)) out.push(iso);
  }
  return out;
}

/* Lines in their order; those of one trip together where its first one stands. */
function byTrip(lines: PlanLine[], trips: PlanTrip[]): { trip?: PlanTrip; lines: PlanLine[] }[] {
  const out: { trip?: PlanTrip; lines: PlanLine[] }[] = [];
  for (const line of lines) {
    const trip = trips.find((x) => x.trip === line.trip);
    const known = trip && out.find((g) => g.trip?.trip === trip.trip);
    if (known) known.lines.push(line);
    else out.push({ trip, lines: [line] });
  }
  return out;
}

function Group({ trip, children }: { trip: PlanTrip; children: ReactNode }) {
  const t = useText();
  const lang = useLang();
  const hours = useHours();
  return (
    <li className="plan-trip">
      <p className="plan-trip-head">{t.plan.tripHours(regionName(lang, trip.region), hours(trip.hours))}</p>
      <ul>{children}</ul>
    </li>
  );
}

function Column({ lines, trips, onAccept }: { lines: PlanLine[]; trips: PlanTrip[] } & Accepting) {
  const cards = (all: PlanLine[]) =>
    all.map((l) => <Card key={l.relationship} line={l} onAccept={onAccept} />);
  return (
    <ul>
      {byTrip(lines, trips).map((g) =>
        g.trip ? (
          <Group key={'trip' + g.trip.trip} trip={g.trip}>
            {cards(g.lines)}
          </Group>
        ) : (
          cards(g.lines)
        ),
      )}
    </ul>
  );
}

/* Days stand one level below the week, or below the person. */
function Board({ week, deep, onAccept }: { week: PlanWeek; deep: boolean } & Accepting) {
  const t = useText();
  const Heading = deep ? 'h4' : 'h3';
  return (
    <div className="board plan-board">
      {daysOf(week).map((d) => {
        const lines = week.lines.filter((l) => l.on === d);
        return (
          <section key={d} className={'board-column' + (lines.length ? '' : ' board-empty')}>
            <Heading>
              <When at={d} short />
            </Heading>
            {lines.length ? (
              <Column lines={lines} trips={week.trips} onAccept={onAccept} />
            ) : (
              <p className="none">{t.plan.free}</p>
            )}
          </section>
        );
      })}
    </div>
  );
}

function List({ week, label, onAccept }: { week: PlanWeek; label: string } & Accepting) {
  const t = useText();
  const lang = useLang();
  const { word } = useKinds();
  const hours = useHours();
  const lost = useLost();
  return (
    <Table label={label} className="table slim plan-table">
      <thead>
        <tr>
          <th scope="col">{t.plan.day}</th>
          <th scope="col">{t.plan.partner}</th>
          <th scope="col">{t.plan.type}</th>
          <th scope="col" className="num">
            {t.plan.hoursShort}
          </th>
          <th scope="col">{t.plan.whyNow}</th>
          <th scope="col" className="num">
            {t.plan.lost}
          </th>
          <th scope="col">{t.plan.trip}</th>
          {onAccept && (
            <th scope="col">
              <span className="sr">{t.app.actions}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {byTrip(week.lines, week.trips).flatMap((g) =>
          g.lines.map((l, i) => (
            <tr key={l.relationship}>
              <td>
                <When at={l.on} short />
              </td>
              <th scope="row">
                <RefLink id={l.partner} /> <Priority value={l.why.priority} />
              </th>
              <td>{word('engagement', 'mode', l.type)}</td>
              <td className="num">{hours(l.hours)}</td>
              <td className="plan-reason">
                <Reason line={l} />
              </td>
              <td className="num nowrap">{lost(l)}</td>
              <td>
                {g.trip && (
                  <>
                    {regionName(lang, g.trip.region)}
                    {i === 0 && <span className="row-sub">{t.plan.hoursText(hours(g.trip.hours))}</span>}
                  </>
                )}
              </td>
              {onAccept && (
                <td>
                  <AcceptButton line={l} onAccept={onAccept} />
                </td>
              )}
            </tr>
          )),
        )}
      </tbody>
    </Table>
  );
}

export type View = 'board' | 'list';

function One({
  week,
  label,
  view,
  deep,
  onAccept,
}: { week: PlanWeek; label: string; view: View; deep: boolean } & Accepting) {
  const t = useText();
  if (week.lines.length === 0) return <p className="none">{t.plan.free}</p>;
  return view === 'list' ? (
    <List week={week} label={label} onAccept={onAccept} />
  ) : (
    <Board week={week} deep={deep} onAccept={onAccept} />
  );
}

/* One week: of everybody at once, or person by person. */
export function WeekBoards({
  week,
  n,
  label,
  view,
  persons,
  onAccept,
}: {
  week: PlanWeek;
  n: number;
  label: string;
  view: View;
  persons: PlanPerson[];
} & Accepting) {
  const t = useText();
  const hours = useHours();
  const { name } = useOptionWords();
  if (persons.length === 0) return <One week={week} label={label} view={view} deep={false} onAccept={onAccept} />;
  return (
    <>
      {persons.map((p) => {
        const own = {
          ...week,
          lines: week.lines.filter((l) => l.person === p.person),
          trips: week.trips.filter((x) => x.person === p.person),
        };
        return (
          <section key={p.person} className="plan-person">
            <h3>
              <RefLink id={p.person} />{' '}
              <span className="muted">
                {t.plan.hoursOf(hours(p.used[n] ?? 0), hours(p.hours[n] ?? 0))} ·{' '}
                {t.plan.serves(String(p.relationships), p.relationships)}
              </span>
            </h3>
            <One week={own} label={`${label}, ${name(p.person)}`} view={view} deep onAccept={onAccept} />
          </section>
        );
      })}
    </>
  );
}
