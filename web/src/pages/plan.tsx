/* Where the free hours of the coming weeks do most good: by day or as a list, each line with its reason
 * and what is lost without it; a line that is accepted becomes a planned engagement. */
import { useState } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import { day, num, percent, signed } from '../lib/format.ts';
import type { Plan, PlanLine, PlanWeek } from '../lib/nurture.ts';
import { useQuery } from '../lib/query.ts';
import { regionName } from '../lib/regions.ts';
import { Link, setSearch, usePlace } from '../lib/router.tsx';
import { useKinds, useMay } from '../lib/session.tsx';
import { Accept } from '../parts/accept.tsx';
import { Empty, PageHead, Priority, RefLink, Section, Shown, Tag, When } from '../parts/common.tsx';
import { Segments } from '../parts/explain.tsx';
import { useOptionWords } from '../parts/options.tsx';
import { Table } from '../parts/table.tsx';
import { useTyped } from './partners.tsx';

const HOURS = 12;
const WEEKS = [1, 2, 4, 8, 12];

type View = 'board' | 'list';
interface Shared {
  onAccept?: (line: PlanLine) => void;
}

/* Whole hours as they are, others with what they need. */
function useHours() {
  const lang = useLang();
  return (h: number) => num(lang, h, Number.isInteger(h) ? 0 : Number.isInteger(h * 10) ? 1 : 2);
}

/* The answer says trust at the end with the line and without it; the loss is the difference. */
function useLost() {
  const t = useText();
  const lang = useLang();
  return (line: PlanLine) => {
    const lost = Math.round(1e4 * (line.trust_end - line.lost_if_skipped)) / 100;
    return t.plan.points(num(lang, lost || 0, 2)); /* never "-0.00" */
  };
}

function AcceptButton({ line, onAccept }: { line: PlanLine } & Shared) {
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

function Card({ line, onAccept }: { line: PlanLine } & Shared) {
  const t = useText();
  const lang = useLang();
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
        {line.trip && line.region && <Tag>{t.plan.tripTo(regionName(lang, line.region))}</Tag>}
      </div>
      <p className="plan-why">
        <Reason line={line} />
      </p>
      <p className="plan-lost">{t.plan.lostText(lost(line))}</p>
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

function Board({ week, onAccept }: { week: PlanWeek } & Shared) {
  const t = useText();
  return (
    <div className="board plan-board">
      {daysOf(week).map((d) => {
        const lines = week.lines.filter((l) => l.on === d);
        return (
          <section key={d} className={'board-column' + (lines.length ? '' : ' board-empty')}>
            <h3>
              <When at={d} short />
            </h3>
            {lines.length ? (
              <ul>
                {lines.map((l) => (
                  <Card key={l.relationship} line={l} onAccept={onAccept} />
                ))}
              </ul>
            ) : (
              <p className="none">{t.plan.free}</p>
            )}
          </section>
        );
      })}
    </div>
  );
}

function List({ week, label, onAccept }: { week: PlanWeek; label: string } & Shared) {
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
        {week.lines.map((l) => (
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
            <td>{l.trip && l.region ? regionName(lang, l.region) : ''}</td>
            {onAccept && (
              <td>
                <AcceptButton line={l} onAccept={onAccept} />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Week({ week, n, view, onAccept }: { week: PlanWeek; n: number; view: View } & Shared) {
  const t = useText();
  const lang = useLang();
  const hours = useHours();
  const title = t.plan.week(day(lang, week.from), day(lang, week.until));
  return (
    <Section
      id={`week-${n}`}
      title={title}
      className="card"
      aside={<span className="muted">{t.plan.used(hours(week.used), hours(week.hours))}</span>}>
      {week.trips.map((trip) => (
        <p key={trip.trip} className="section-lead">
          {t.plan.tripHours(regionName(lang, trip.region), hours(trip.hours))}
        </p>
      ))}
      {week.lines.length === 0 ? (
        <p className="none">{t.plan.free}</p>
      ) : view === 'list' ? (
        <List week={week} label={title} onAccept={onAccept} />
      ) : (
        <Board week={week} onAccept={onAccept} />
      )}
    </Section>
  );
}

function Bar({ share, tone }: { share: number; tone: string }) {
  return (
    <svg
      className={'way-bar way-' + tone}
      width="110"
      height="12"
      viewBox="0 0 110 12"
      aria-hidden="true"
      focusable="false">
      <rect className="meter-track" width="110" height="12" rx="2" />
      <rect className="meter-fill" width={Math.max(0, Math.min(1, share)) * 110} height="12" rx="2" />
    </svg>
  );
}

function Compare({ c }: { c: Plan['compare'] }) {
  const t = useText();
  const lang = useLang();
  return (
    <Section id="compare" title={t.plan.compare} className="card">
      <p className="section-lead">{t.plan.compareLead}</p>
      <Table label={t.plan.compare} className="table slim">
        <thead>
          <tr>
            <th scope="col">{t.plan.way}</th>
            <th scope="col" colSpan={2}>
              {t.plan.atEnd}
            </th>
            <th scope="col" className="num">
              {t.plan.against}
            </th>
          </tr>
        </thead>
        <tbody>
          {(['plan', 'oldest_first', 'nothing'] as const).map((way) => (
            <tr key={way}>
              <th scope="row">{t.plan.ways[way]}</th>
              <td>
                <Bar share={c[way]} tone={way} />
              </td>
              <td className="num">{percent(lang, c[way], 2)}</td>
              <td className="num">
                {way === 'nothing' ? '' : t.plan.points(signed(lang, 100 * (c[way] - c.nothing), 2))}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}

/* What is planned already, what was accepted just now among it. */
function Planned({ items, accepted }: { items: Plan['planned']; accepted: string[] }) {
  const t = useText();
  const { word, path } = useKinds();
  return (
    <Section id="planned" title={t.plan.planned} className="card" count={items.length}>
      <p className="section-lead">{t.plan.plannedLead}</p>
      <ul className="rows">
        {items.map((p) => (
          <li key={p.engagement}>
            <div className="rows-main">
              <RefLink id={p.partner} />
              <span className="row-sub">
                <Link to={path('engagement', p.engagement)}>{word('engagement', 'mode', p.type)}</Link> ·{' '}
                <When at={p.on} />
              </span>
            </div>
            {accepted.includes(p.engagement) && <Tag tone="good">{t.plan.accepted}</Tag>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Unmet({ items }: { items: Plan['unmet'] }) {
  const t = useText();
  return (
    <Section id="unmet" title={t.plan.unmet} className="card" count={items.length}>
      <p className="section-lead">{t.plan.unmetLead}</p>
      <ul className="rows">
        {items.map((u) => (
          <li key={u.relationship + u.from}>
            <div className="rows-main">
              <RefLink id={u.partner} />
            </div>
            <When at={u.from} short />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Body({ p, view }: { p: Plan; view: View }) {
  const t = useText();
  const write = useMay('write');
  const [line, setLine] = useState<PlanLine | null>(null);
  const [accepted, setAccepted] = useState<string[]>([]);
  const onAccept = write ? setLine : undefined;
  const nothing = p.weeks.every((w) => w.lines.length === 0);
  return (
    <div className="stack">
      {nothing ? (
        <Empty title={p.relationships ? t.plan.empty : t.plan.none} icon="clock">
          <p>{t.plan.emptyHelp}</p>
        </Empty>
      ) : (
        p.weeks.map((w, i) => <Week key={w.from} week={w} n={i + 1} view={view} onAccept={onAccept} />)
      )}
      {p.unmet.length > 0 && <Unmet items={p.unmet} />}
      {p.planned.length > 0 && <Planned items={p.planned} accepted={accepted} />}
      {p.relationships > 0 && <Compare c={p.compare} />}
      {line && (
        <Accept
          line={line}
          onClose={() => setLine(null)}
          onDone={(id) => setAccepted((all) => [...all, id])}
        />
      )}
    </div>
  );
}

export function PlanPage() {
  const t = useText();
  const lang = useLang();
  const { search } = usePlace();
  const view: View = search.get('view') === 'list' ? 'list' : 'board';
  const stated = Number(search.get('hours') ?? HOURS);
  const hours = stated >= 0 && stated <= 168 ? stated : HOURS;
  const weeks = WEEKS.find((w) => String(w) === search.get('weeks')) ?? 1;
  const [typed, setTyped] = useTyped(String(hours), (v) => {
    if (v.trim() !== '' && Number(v) >= 0 && Number(v) <= 168)
      setSearch({ hours: Number(v) === HOURS ? undefined : String(Number(v)) });
  });
  const query = useQuery<Plan>('/plan', { hours, weeks });
  return (
    <>
      <PageHead title={t.plan.title} lead={t.plan.lead} />
      <div className="filters" role="group" aria-label={t.records.filter}>
        <div className="filter plan-hours">
          <label htmlFor="plan-hours">{t.plan.hours}</label>
          <div className="plan-hours-row">
            <input
              id="plan-hours"
              type="range"
              min="0"
              max="60"
              step="1"
              value={typed}
              onChange={(e) => setTyped(e.target.value)}
            />
            <input
              type="number"
              min="0"
              max="168"
              step="0.5"
              aria-label={t.plan.hoursExact}
              value={typed}
              onChange={(e) => setTyped(e.target.value)}
            />
          </div>
        </div>
        <div className="filter">
          <label htmlFor="plan-weeks">{t.plan.weeks}</label>
          <select
            id="plan-weeks"
            value={weeks}
            onChange={(e) => setSearch({ weeks: e.target.value === '1' ? undefined : e.target.value })}>
            {WEEKS.map((w) => (
              <option key={w} value={w}>
                {t.plan.weeksText(num(lang, w), w)}
              </option>
            ))}
          </select>
        </div>
        <Segments
          label={t.plan.view}
          value={view}
          onChange={(v) => setSearch({ view: v === 'board' ? undefined : v })}
          options={[
            { value: 'board', text: t.plan.board },
            { value: 'list', text: t.plan.list },
          ]}
        />
      </div>
      <Shown query={query}>{(p) => <Body p={p} view={view} />}</Shown>
    </>
  );
}
