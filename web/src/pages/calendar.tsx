/* What falls due: obligations, commitments, settlements, the dates of agreements, answers and needs; as a
 * list or as a month. */
import { useContext } from 'react';
import { named, useLang, useText } from '../i18n/index.ts';
import type { CalendarAnswer, CalendarItem } from '../lib/agreements.ts';
import { away, collator, day, when } from '../lib/format.ts';
import { useQuery } from '../lib/query.ts';
import { Link, setSearch, usePlace } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import { Empty, NowContext, PageHead, RefName, Shown, Tag, When } from '../parts/common.tsx';
import { Segments } from '../parts/explain.tsx';
import { Icon } from '../parts/icons.tsx';
import { Month } from '../parts/month.tsx';
import { useOptionWords } from '../parts/options.tsx';
import { Whose } from '../parts/whose.tsx';

const WARNS = ['agreement_expires', 'agreement_notice', 'offer_attestation'];

export function toneOf(i: CalendarItem): string | undefined {
  const open = !['fulfilled', 'kept', 'settled', 'waived', 'met', 'closed'].includes(i.state ?? '');
  if (!open) return 'good';
  if ((i.days ?? 0) < 0) return 'bad';
  return (i.days ?? 999) <= (WARNS.includes(i.what) ? 90 : 14) ? 'warn' : 'info';
}

export function useWhat() {
  const t = useText();
  return (what: string) => (t.calendar.what as Record<string, string>)[what] ?? what.replace(/_/g, ' ');
}

function Row({ i }: { i: CalendarItem }) {
  const lang = useLang();
  const { place } = useKinds();
  const what = useWhat();
  const name = named(lang, i);
  return (
    <li>
      <div className="rows-main">
        <Link to={place(i.kind, i.record)} lang={name.lang}>
          {name.text || what(i.what)}
        </Link>{' '}
        <Whose of={i} />
        <span className="row-sub">
          {what(i.what)}
          {(i.from || i.to) && ' · '}
          {i.from && <RefName id={i.from} />}
          {i.from && i.to && ' → '}
          {i.to && <RefName id={i.to} />}
        </span>
      </div>
      <Tag tone={toneOf(i)}>{i.days === undefined ? '' : away(lang, i.days)}</Tag>
    </li>
  );
}

/* By day, so that one look says what falls on it. */
function Days({ items }: { items: CalendarItem[] }) {
  const days = [...new Set(items.map((i) => i.at.slice(0, 10)))];
  return (
    <ol className="days card">
      {days.map((d) => (
        <li key={d} className="day">
          <h2>
            <When at={d} />
          </h2>
          <ul className="rows">
            {items
              .filter((i) => i.at.slice(0, 10) === d)
              .map((i, k) => (
                <Row key={i.record + i.what + k} i={i} />
              ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

function addMonths(month: string, n: number): string {
  const d = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)) - 1 + n, 1));
  return d.toISOString().slice(0, 7);
}
const lastDay = (month: string) =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).toISOString().slice(0, 10);

function Choice({
  name,
  label,
  value,
  all,
}: {
  name: string;
  label: string;
  value: string;
  all: [string, string][];
}) {
  const t = useText();
  return (
    <div className="filter">
      <label htmlFor={'f-' + name}>{label}</label>
      <select id={'f-' + name} value={value} onChange={(e) => setSearch({ [name]: e.target.value })}>
        <option value="">{t.app.all}</option>
        {all.map(([v, text]) => (
          <option key={v} value={v}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

function Body({ a, view, month }: { a: CalendarAnswer; view: 'list' | 'month'; month: string }) {
  const t = useText();
  const lang = useLang();
  const { search } = usePlace();
  const what = useWhat();
  const { name } = useOptionWords();
  const kind = search.get('what') ?? '',
    partner = search.get('partner') ?? '';
  const order = collator(lang);
  const sorted = (list: [string, string][]) => list.sort((x, y) => order.compare(x[1], y[1]));
  const kinds = sorted([...new Set(a.items.map((i) => i.what))].map((w) => [w, what(w)]));
  const partners = sorted(
    [...new Set(a.items.flatMap((i) => [i.from, i.to]))].flatMap((p) =>
      p ? [[p, name(p)] as [string, string]] : [],
    ),
  );
  const items = a.items.filter(
    (i) => (!kind || i.what === kind) && (!partner || i.from === partner || i.to === partner),
  );
  const soon = items.filter(
    (i) =>
      (i.what === 'agreement_notice' || i.what === 'agreement_expires') &&
      (i.days ?? -1) >= 0 &&
      (i.days ?? 999) <= 90,
  );
  return (
    <>
      <div className="filters" role="group" aria-label={t.records.filter}>
        <Segments
          label={t.calendar.view}
          value={view}
          onChange={(v) => setSearch({ view: v === 'list' ? '' : v })}
          options={[
            { value: 'list', text: t.calendar.list },
            { value: 'month', text: t.calendar.month },
          ]}
        />
        <Choice name="what" label={t.calendar.kind} value={kind} all={kinds} />
        <Choice name="partner" label={t.needs.partner} value={partner} all={partners} />
        {view === 'list' && a.from && a.until && (
          <p className="period muted">{t.calendar.period(day(lang, a.from), day(lang, a.until))}</p>
        )}
        {view === 'month' && (
          <div className="month-step">
            <button
              type="button"
              className="icon-button"
              aria-label={t.form.previous}
              onClick={() => setSearch({ month: addMonths(month, -1) })}>
              <span className="flip">
                <Icon name="more" />
              </span>
            </button>
            <strong aria-live="polite">{when(lang, month)}</strong>
            <button
              type="button"
              className="icon-button"
              aria-label={t.form.next}
              onClick={() => setSearch({ month: addMonths(month, 1) })}>
              <Icon name="more" />
            </button>
          </div>
        )}
      </div>
      {soon.length > 0 && (
        <div className="note note-warn calendar-warn">
          <Icon name="warn" /> <strong>{t.calendar.warnings}</strong>
          <ul className="rows">
            {soon.map((i, k) => (
              <Row key={i.record + i.what + k} i={i} />
            ))}
          </ul>
        </div>
      )}
      {a.truncated && <p className="note note-info">{t.agreements.cut}</p>}
      {view === 'month' ? (
        <Month month={month} items={items} />
      ) : items.length === 0 ? (
        <Empty title={t.calendar.empty} icon="calendar" />
      ) : (
        <Days items={items} />
      )}
    </>
  );
}

export function CalendarPage() {
  const t = useText();
  const now = useContext(NowContext);
  const { search } = usePlace();
  const view = search.get('view') === 'month' ? 'month' : 'list';
  const month = search.get('month') ?? now.slice(0, 7);
  const query = useQuery<CalendarAnswer>(
    '/calendar',
    view === 'month' ? { from: `${month}-01`, until: lastDay(month) } : {},
  );
  return (
    <>
      <PageHead title={t.calendar.title} lead={t.calendar.lead} />
      <Shown query={query}>{(a) => <Body a={a} view={view} month={month} />}</Shown>
    </>
  );
}
