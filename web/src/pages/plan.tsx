/* Where the free hours of the coming weeks do most good: by day or as a list, each line with its reason
 * and what is lost without it; a line, or a week, that is accepted becomes planned engagements. */
import { useState } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import { day, num } from '../lib/format.ts';
import type { Plan, PlanLine, PlanPerson, PlanWeek } from '../lib/nurture.ts';
import { useQuery } from '../lib/query.ts';
import { Link, setSearch, usePlace } from '../lib/router.tsx';
import { useKinds, useMay } from '../lib/session.tsx';
import { Accept } from '../parts/accept.tsx';
import { AcceptWeek } from '../parts/acceptweek.tsx';
import { Empty, PageHead, RefLink, Section, Shown, Tag, When } from '../parts/common.tsx';
import { Segments } from '../parts/explain.tsx';
import { useOptionWords } from '../parts/options.tsx';
import { useHours, WeekBoards, type Accepting, type View } from '../parts/planboard.tsx';
import { PlanCalendar } from '../parts/plancalendar.tsx';
import { Compare } from '../parts/plancompare.tsx';
import { DaysOff, People, readBudgets, readDays, validHours } from '../parts/planpeople.tsx';
import { useFold } from '../parts/table.tsx';
import { useTyped } from './partners.tsx';

const HOURS = 12;
const WEEKS = [1, 2, 4, 8, 12];

function Week({
  week,
  n,
  view,
  persons,
  onAccept,
  onAcceptWeek,
}: {
  week: PlanWeek;
  n: number;
  view: View;
  persons: PlanPerson[];
  onAcceptWeek?: (week: PlanWeek) => void;
} & Accepting) {
  const t = useText();
  const lang = useLang();
  const hours = useHours();
  const title = t.plan.week(day(lang, week.from), day(lang, week.until));
  const count = week.lines.length;
  return (
    <Section
      id={`week-${n + 1}`}
      title={title}
      className="card"
      aside={
        <>
          <span className="muted">{t.plan.used(hours(week.used), hours(week.hours))}</span>
          {onAcceptWeek && count > 0 && (
            <button type="button" className="button small no-print" onClick={() => onAcceptWeek(week)}>
              {t.plan.acceptWeek(num(lang, count), count)}
            </button>
          )}
        </>
      }>
      <WeekBoards week={week} n={n} label={title} view={view} persons={persons} onAccept={onAccept} />
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

/* Relationships that none of the chosen persons serves. */
function Unserved({ items }: { items: NonNullable<Plan['unserved']> }) {
  const t = useText();
  const { shown, control } = useFold(items, 6);
  return (
    <Section id="unserved" title={t.plan.unserved} className="card" count={items.length}>
      <p className="section-lead">{t.plan.unservedLead}</p>
      <ul className="rows rows-tight">
        {shown.map((u) => (
          <li key={u.relationship}>
            <RefLink id={u.partner} />
          </li>
        ))}
      </ul>
      {control}
    </Section>
  );
}

/* Of whom to show: everybody, or one of the persons. */
function Only({ persons, only }: { persons: PlanPerson[]; only: string }) {
  const t = useText();
  const { name } = useOptionWords();
  return (
    <Segments
      label={t.plan.onlyOf}
      value={only}
      onChange={(v) => setSearch({ only: v || undefined })}
      options={[
        { value: '', text: t.plan.everybody },
        ...persons.map((p) => ({ value: p.person, text: name(p.person) })),
      ]}
    />
  );
}

const linesOf = (w: PlanWeek, only: string): PlanWeek =>
  only
    ? {
        ...w,
        lines: w.lines.filter((l) => l.person === only),
        trips: w.trips.filter((x) => x.person === only),
      }
    : w;

function Weeks({
  p,
  view,
  only,
  onAccept,
  onAcceptWeek,
}: {
  p: Plan;
  view: View;
  only: string;
  onAcceptWeek?: (week: PlanWeek) => void;
} & Accepting) {
  const persons = (p.persons ?? []).filter((x) => !only || x.person === only);
  return (
    <>
      {p.weeks.map((w, i) => (
        <Week
          key={w.from}
          week={linesOf(w, only)}
          n={i}
          view={view}
          persons={persons}
          onAccept={onAccept}
          onAcceptWeek={onAcceptWeek}
        />
      ))}
    </>
  );
}

function Body({ p, view, only: asked }: { p: Plan; view: View; only: string }) {
  const t = useText();
  const write = useMay('write');
  const [line, setLine] = useState<PlanLine | null>(null);
  const [week, setWeek] = useState<PlanWeek | null>(null);
  const [accepted, setAccepted] = useState<string[]>([]);
  const nothing = p.weeks.every((w) => w.lines.length === 0);
  const persons = p.persons ?? [];
  const only = persons.some((x) => x.person === asked) ? asked : '';
  const first = p.weeks[0],
    last = p.weeks[p.weeks.length - 1];
  return (
    <div className="stack">
      {persons.length > 1 && <Only persons={persons} only={only} />}
      {nothing ? (
        <Empty
          title={p.relationships ? t.plan.empty : persons.length ? t.plan.nobodyServes : t.plan.none}
          icon="clock">
          <p>{t.plan.emptyHelp}</p>
        </Empty>
      ) : (
        <Weeks
          p={p}
          view={view}
          only={only}
          onAccept={write ? setLine : undefined}
          onAcceptWeek={write ? setWeek : undefined}
        />
      )}
      {p.unmet.length > 0 && <Unmet items={p.unmet} />}
      {p.unserved && p.unserved.length > 0 && <Unserved items={p.unserved} />}
      {p.planned.length > 0 && <Planned items={p.planned} accepted={accepted} />}
      {p.relationships > 0 && <Compare c={p.compare} />}
      {first && last && <PlanCalendar from={first.from} until={last.until} of={p.of} />}
      {line && (
        <Accept
          line={line}
          onClose={() => setLine(null)}
          onDone={(id) => setAccepted((all) => [...all, id])}
        />
      )}
      {week && (
        <AcceptWeek
          week={week}
          onClose={() => setWeek(null)}
          onDone={(ids) => setAccepted((all) => [...all, ...ids])}
        />
      )}
    </div>
  );
}

function HoursFilter({ hours }: { hours: number }) {
  const t = useText();
  const [typed, setTyped] = useTyped(String(hours), (v) => {
    if (v.trim() !== '' && Number(v) >= 0 && Number(v) <= 168)
      setSearch({ hours: Number(v) === HOURS ? undefined : String(Number(v)) });
  });
  return (
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
  );
}

function WeeksFilter({ weeks }: { weeks: number }) {
  const t = useText();
  const lang = useLang();
  return (
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
  );
}

export function PlanPage() {
  const t = useText();
  const { search } = usePlace();
  const view: View = search.get('view') === 'list' ? 'list' : 'board';
  const stated = Number(search.get('hours') ?? HOURS);
  const hours = stated >= 0 && stated <= 168 ? stated : HOURS;
  const weeks = WEEKS.find((w) => String(w) === search.get('weeks')) ?? 1;
  const budgets = readBudgets(search.get('budgets') ?? '').filter((b) => validHours(b.hours));
  const days = readDays(search.get('blackout') ?? '');
  const query = useQuery<Plan>('/plan', {
    hours: budgets.length ? undefined : hours,
    weeks,
    budgets: budgets.map((b) => `${b.person}=${b.hours}`).join(',') || undefined,
    blackout: days.join(',') || undefined,
  });
  return (
    <>
      <PageHead title={t.plan.title} lead={t.plan.lead} />
      <div className="filters" role="group" aria-label={t.records.filter}>
        {budgets.length === 0 && <HoursFilter hours={hours} />}
        <WeeksFilter weeks={weeks} />
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
      <div className="plan-who-when no-print">
        <People budgets={budgets} />
        <DaysOff days={days} />
      </div>
      <Shown query={query}>{(p) => <Body p={p} view={view} only={search.get('only') ?? ''} />}</Shown>
    </>
  );
}
