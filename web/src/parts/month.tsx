/* A month as a grid of days, a table like any other: weeks are rows, and each day lists what falls on
 * it. Weeks begin as the language writes them. */
import { useContext } from 'react';
import { named, useLang, useText } from '../i18n/index.ts';
import type { CalendarItem } from '../lib/agreements.ts';
import { day, when } from '../lib/format.ts';
import { Link } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import { toneOf, useWhat } from '../pages/calendar.tsx';
import { NowContext } from './common.tsx';
import { Table } from './table.tsx';
import { useWhose } from './whose.tsx';

const iso = (t: number) => new Date(t).toISOString().slice(0, 10);

/* The weeks from the Sunday on or before the first day. */
function weeks(month: string): string[][] {
  const first = Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)) - 1, 1);
  const begin = first - new Date(first).getUTCDay() * 864e5;
  const out: string[][] = [];
  for (let w = 0; w < 6; w++) {
    const days = Array.from({ length: 7 }, (_, d) => iso(begin + (w * 7 + d) * 864e5));
    if (w > 0 && !days.some((d) => d.startsWith(month))) break;
    out.push(days);
  }
  return out;
}

function Cell({
  date,
  month,
  items,
  today,
}: {
  date: string;
  month: string;
  items: CalendarItem[];
  today: string;
}) {
  const lang = useLang();
  const { place } = useKinds();
  const what = useWhat();
  const whose = useWhose();
  const inside = date.startsWith(month);
  return (
    <td className={(inside ? '' : 'outside') + (date === today ? ' is-today' : '')}>
      <time dateTime={date} className="day-no" aria-label={day(lang, date, false)}>
        {Number(date.slice(8))}
      </time>
      {inside && items.length > 0 && (
        <ul>
          {items.map((i, k) => (
            <li key={i.record + i.what + k} className={`event event-${toneOf(i) ?? 'info'}`}>
              <Link to={place(i.kind, i.record)} title={i.theirs ? `${what(i.what)} · ${whose(i)}` : what(i.what)}>
                {named(lang, i).text || what(i.what)}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </td>
  );
}

export function Month({ month, items }: { month: string; items: CalendarItem[] }) {
  const t = useText();
  const lang = useLang();
  const today = useContext(NowContext).slice(0, 10);
  const names = Array.from({ length: 7 }, (_, d) => new Date(Date.UTC(2023, 0, 1 + d)));
  const name = (d: Date, weekday: 'short' | 'long') =>
    new Intl.DateTimeFormat(`${lang}-CA`, { weekday, timeZone: 'UTC' }).format(d);
  return (
    <div className="month">
      <Table label={`${t.calendar.title} – ${when(lang, month)}`} className="month-table">
        <thead>
          <tr>
            {names.map((d) => (
              <th scope="col" key={+d} abbr={name(d, 'long')}>
                {name(d, 'short')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks(month).map((w) => (
            <tr key={w[0]}>
              {w.map((d) => (
                <Cell
                  key={d}
                  date={d}
                  month={month}
                  today={today}
                  items={items.filter((i) => i.at.slice(0, 10) === d)}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}
