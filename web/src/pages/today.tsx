/* What needs attention now: promises overdue or broken, contact that fades, what comes next, and what
 * others have entered. */
import { useContext, type ReactNode } from 'react';
import { named, useLang, useText } from '../i18n/index.ts';
import { day, num, when } from '../lib/format.ts';
import { useQuery } from '../lib/query.ts';
import { Link } from '../lib/router.tsx';
import { useKinds, useSession, useUserName } from '../lib/session.tsx';
import type { Change, PortfolioRow, Rec, Today as Answer, TodayPromise } from '../lib/types.ts';
import { FallsTag, LastContact, Overdue, Sided } from '../parts/attention.tsx';
import { Ago, NowContext, PageHead, Priority, RefLink, Section, Shown, Tag, When } from '../parts/common.tsx';
import { text } from '../parts/brief.tsx';
import { DutyRow, WaitingRow } from '../parts/duties.tsx';
import { useFold } from '../parts/table.tsx';
import { Trend, TrustCell } from '../parts/trust.tsx';
import { Whose } from '../parts/whose.tsx';

function List<T>({
  items,
  none,
  few = 6,
  row,
}: {
  items: T[];
  none: string;
  few?: number;
  row: (item: T, i: number) => ReactNode;
}) {
  const { shown, control } = useFold(items, few);
  if (items.length === 0) return <p className="none">{none}</p>;
  return (
    <>
      <ul className="rows">{shown.map(row)}</ul>
      {control}
    </>
  );
}

/* Who owes whom, said from where the reader stands. */
function Parties({ from, to }: { from: string; to: string }) {
  const t = useText();
  const home = useSession().me.home?.id;
  if (from === home)
    return (
      <>
        {t.today.weOwe[0]}
        <RefLink id={to} />
        {t.today.weOwe[1]}
      </>
    );
  if (to === home)
    return (
      <>
        {t.today.oweUs[0]}
        <RefLink id={from} />
        {t.today.oweUs[1]}
      </>
    );
  return (
    <>
      <RefLink id={from} /> → <RefLink id={to} />
    </>
  );
}

function PromiseRow({ p, aside }: { p: TodayPromise; aside: ReactNode }) {
  const t = useText();
  return (
    <li>
      <div className="rows-main">
        <Link to={`/records/commitments/${p.record}`}>{p.text}</Link> <Whose of={p} />
        <span className="row-sub">
          <Parties from={p.from} to={p.to} />
          {p.stakes && p.stakes !== 'routine' ? <> · {t.stakes[p.stakes as 'critical']}</> : null}
        </span>
      </div>
      {aside}
    </li>
  );
}

function daysUntil(now: string, due: string | undefined): number {
  return due ? Math.round((+new Date(due.slice(0, 10)) - +new Date(now.slice(0, 10))) / 864e5) : 0;
}

function FadingRow({ r, floor }: { r: PortfolioRow; floor: number }) {
  const lang = useLang();
  const name = named(lang, r);
  return (
    <li>
      <div className="rows-main">
        <Link to={`/partners/${r.partner}`} lang={name.lang}>
          {name.text}
        </Link>{' '}
        <Priority value={r.priority} /> <Whose of={r} />
        <span className="row-sub">
          <LastContact contact={r.contact} />
        </span>
        <span className="row-tags">
          <FallsTag falls={r.falls} floor={floor} />
          <Overdue contact={r.contact} />
          <Sided of={r} />
        </span>
      </div>
      <div className="rows-figures">
        <TrustCell figure={r.trust} />
        <Trend value={r.trend} />
      </div>
    </li>
  );
}

function Upcoming({ e, now }: { e: Rec; now: string }) {
  const t = useText();
  const lang = useLang();
  const { word } = useKinds();
  const days = daysUntil(now, text(e, 'when'));
  return (
    <li>
      <div className="rows-main">
        <Link to={`/records/engagements/${e.id}`}>{text(e, 'title')}</Link> <Whose of={e} />
        <span className="row-sub">
          <When at={text(e, 'when')} short /> ·{' '}
          {[word('engagement', 'mode', text(e, 'mode')), text(e, 'place')].filter(Boolean).join(' · ')}
        </span>
      </div>
      <Tag tone={days <= 3 ? 'info' : undefined}>{t.today.inDays(num(lang, days), days)}</Tag>
    </li>
  );
}

function Recent({ c, userName }: { c: Change; userName: (id: string) => string }) {
  const t = useText();
  const lang = useLang();
  const { path, title } = useKinds();
  const name = named(lang, c);
  return (
    <li>
      <div className="rows-main">
        <Link to={path(c.kind, c.id)} lang={name.lang}>
          {name.text || title(c.kind)}
        </Link>{' '}
        <Whose of={c} />
        <span className="row-sub">
          {title(c.kind)} · {t.today.operation[c.operation as 'put'] ?? c.operation}{' '}
          {c.user && !c.theirs ? t.today.by(userName(c.user)) : ''}
        </span>
      </div>
      <span className="muted small-text">
        <Ago at={c.at} />
      </span>
    </li>
  );
}

function Tile({ n, label, tone, to }: { n: number; label: string; tone: string; to: string }) {
  const lang = useLang();
  return (
    <li>
      <a
        className={'tile tile-' + (n ? tone : 'quiet')}
        href={'#' + to}
        onClick={(e) => {
          e.preventDefault();
          const el = document.getElementById(to);
          el?.focus({ preventScroll: true });
          el?.scrollIntoView({ block: 'start' });
        }}>
        <strong>{num(lang, n)}</strong>
        <span>{label}</span>
      </a>
    </li>
  );
}

export function Today() {
  const t = useText();
  const lang = useLang();
  const now = useContext(NowContext);
  const userName = useUserName();
  const query = useQuery<Answer>('/today');
  return (
    <>
      <PageHead
        title={t.today.title}
        lead={t.today.lead(when(lang, (query.data?.as_of ?? now).slice(0, 10)))}
      />
      <Shown query={query}>
        {(d) => {
          const duties = [...(d.obligations_overdue ?? []), ...(d.obligations_due_soon ?? [])];
          const notices = d.agreement_notices ?? [],
            waiting = d.requests_waiting ?? [];
          const count = (name: string, list: unknown[]) => Math.max(d.counts?.[name] ?? 0, list.length);
          return (
            <>
              <ul className="tiles">
                <Tile n={count('overdue', d.overdue)} label={t.today.overdue} tone="bad" to="overdue" />
                <Tile n={count('broken', d.broken)} label={t.today.broken} tone="bad" to="broken" />
                <Tile n={waiting.length} label={t.today.waiting} tone="warn" to="waiting" />
                <Tile n={duties.length} label={t.today.duties} tone="warn" to="duties" />
                <Tile n={notices.length} label={t.today.notices} tone="warn" to="notices" />
                <Tile n={d.fading_count} label={t.today.fading} tone="warn" to="fading" />
                <Tile n={count('due_soon', d.due_soon)} label={t.today.dueSoon} tone="info" to="due" />
                <Tile n={count('upcoming', d.upcoming)} label={t.today.upcoming} tone="info" to="upcoming" />
              </ul>
              <div className="today">
                <div>
                  <Section
                    id="overdue"
                    title={t.today.overdue}
                    className="card"
                    count={count('overdue', d.overdue)}>
                    <List
                      items={d.overdue}
                      none={t.today.overdueNone}
                      row={(p) => (
                        <PromiseRow
                          key={p.record}
                          p={p}
                          aside={
                            <Tag tone="bad">
                              {t.today.late(num(lang, p.days_late ?? 0), p.days_late ?? 0)}
                            </Tag>
                          }
                        />
                      )}
                    />
                  </Section>
                  <Section
                    id="broken"
                    title={t.today.broken}
                    className="card"
                    count={count('broken', d.broken)}>
                    <List
                      items={d.broken}
                      none={t.today.brokenNone}
                      row={(p) => (
                        <PromiseRow
                          key={p.record}
                          p={p}
                          aside={<span className="muted small-text nowrap">{day(lang, p.at)}</span>}
                        />
                      )}
                    />
                  </Section>
                  <Section
                    id="due"
                    title={t.today.dueSoon}
                    className="card"
                    count={count('due_soon', d.due_soon)}>
                    <List
                      items={d.due_soon}
                      none={t.today.dueSoonNone}
                      row={(p) => {
                        const n = daysUntil(d.as_of, p.due);
                        return (
                          <PromiseRow
                            key={p.record}
                            p={p}
                            aside={<Tag tone="info">{t.today.inDays(num(lang, n), n)}</Tag>}
                          />
                        );
                      }}
                    />
                  </Section>
                  <Section id="notices" title={t.today.notices} className="card" count={notices.length}>
                    <List
                      items={notices}
                      none={t.today.noticesNone}
                      row={(i) => <DutyRow key={i.record + i.what} i={i} />}
                    />
                  </Section>
                  <Section id="duties" title={t.today.duties} className="card" count={duties.length}>
                    <List
                      items={duties}
                      none={t.today.dutiesNone}
                      row={(i, k) => <DutyRow key={i.record + i.at + k} i={i} />}
                    />
                  </Section>
                </div>
                <div>
                  <Section id="waiting" title={t.today.waiting} className="card" count={waiting.length}>
                    <List
                      items={waiting}
                      none={t.today.waitingNone}
                      row={(r) => <WaitingRow key={r.record} r={r} />}
                    />
                  </Section>
                  <Section
                    id="fading"
                    title={t.today.fading}
                    className="card"
                    count={d.fading_count}
                    aside={<Link to="/plan">{t.attention.toPlan}</Link>}>
                    <List
                      items={d.fading}
                      none={t.today.fadingNone}
                      row={(r) => <FadingRow key={r.relationship} r={r} floor={d.floor} />}
                    />
                    {d.fading_count > d.fading.length && (
                      <p className="rows-more">
                        <Link to="/partners?attention=any&sort=fading_on">
                          {t.attention.allOf(num(lang, d.fading_count))}
                        </Link>
                      </p>
                    )}
                  </Section>
                  <Section
                    id="upcoming"
                    title={t.today.upcoming}
                    className="card"
                    count={count('upcoming', d.upcoming)}>
                    <List
                      items={d.upcoming}
                      none={t.today.upcomingNone}
                      row={(e) => <Upcoming key={e.id} e={e} now={d.as_of} />}
                    />
                  </Section>
                  <Section id="recent" title={t.today.recent} className="card">
                    <List
                      items={d.recent}
                      none={t.today.recentNone}
                      few={8}
                      row={(c, i) => <Recent key={c.id + i} c={c} userName={userName} />}
                    />
                  </Section>
                </div>
              </div>
            </>
          );
        }}
      </Shown>
    </>
  );
}
