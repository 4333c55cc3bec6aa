/* What agreements and requests ask of today: duties overdue or near, last days for notice, and requests
 * that wait for an answer. */
import { named, useLang, useText } from '../i18n/index.ts';
import type { CalendarItem } from '../lib/agreements.ts';
import { num } from '../lib/format.ts';
import { Link } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import type { WaitingRequest } from '../lib/types.ts';
import { RefLink, Tag, When } from './common.tsx';
import { Whose } from './whose.tsx';

/* "3 days late", "in 5 days", and how pressing that is. */
export function Days({ days, warn = 14 }: { days: number; warn?: number }) {
  const t = useText();
  const lang = useLang();
  const c = num(lang, Math.abs(days));
  return (
    <Tag tone={days < 0 ? 'bad' : days <= warn ? 'warn' : 'info'}>
      {days < 0 ? t.today.late(c, -days) : t.today.inDays(c, days)}
    </Tag>
  );
}

/* A duty leads to its record, a notice to the page of its agreement. */
export function DutyRow({ i }: { i: CalendarItem }) {
  const t = useText();
  const lang = useLang();
  const { place } = useKinds();
  const name = named(lang, i);
  return (
    <li>
      <div className="rows-main">
        <Link to={place(i.kind, i.record)} lang={name.lang}>
          {name.text}
        </Link>{' '}
        <Whose of={i} />
        <span className="row-sub">
          {i.kind === 'agreement' && (
            <>
              {(t.calendar.what as Record<string, string>)[i.what]} · <When at={i.at} short />
            </>
          )}
          {i.from && <RefLink id={i.from} />}
          {i.from && i.to && ' → '}
          {i.to && <RefLink id={i.to} />}
        </span>
      </div>
      <Days days={i.days ?? 0} warn={i.kind === 'agreement' ? 30 : 14} />
    </li>
  );
}

export function WaitingRow({ r }: { r: WaitingRequest }) {
  const t = useText();
  const lang = useLang();
  const name = named(lang, r);
  return (
    <li>
      <div className="rows-main">
        <Link to={`/requests?side=${r.direction}`} lang={name.lang}>
          {name.text}
        </Link>{' '}
        <Whose of={r} />
        <span className="row-sub">
          {r.direction === 'in' ? t.today.askedOfUs : t.today.askedByUs}{' '}
          <RefLink id={r.direction === 'in' ? r.from : r.to} />
          {r.stakes && r.stakes !== 'routine' ? ` · ${t.stakes[r.stakes as 'critical']}` : ''}
        </span>
      </div>
      {r.days === undefined ? <Tag>{t.today.noDate}</Tag> : <Days days={r.days} warn={2} />}
    </li>
  );
}
