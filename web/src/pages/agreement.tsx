/* One agreement as it stands: its status and what comes next, who is bound, what is owed, what was
 * supplied and whether it balances. */
import { useContext, type ReactNode } from 'react';
import { ApiError } from '../api.ts';
import { useLang, useText } from '../i18n/index.ts';
import type { AgreementPage as Answer, AgreementStatus } from '../lib/agreements.ts';
import { away, day, num } from '../lib/format.ts';
import { presetPath } from '../lib/preset.ts';
import { useQuery } from '../lib/query.ts';
import { Link, usePlace } from '../lib/router.tsx';
import { useKinds, useMay } from '../lib/session.tsx';
import { titleOf } from '../lib/title.ts';
import type { Rec, RecordAnswer } from '../lib/types.ts';
import { BalanceView, money } from '../parts/balance.tsx';
import { Promises, StateTag, text } from '../parts/brief.tsx';
import { MarkingTag, NowContext, PageHead, RefLink, Section, Shown, Tag, When } from '../parts/common.tsx';
import { Icon } from '../parts/icons.tsx';
import { Obligations } from '../parts/obligations.tsx';
import { Table, useFold } from '../parts/table.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { Whose } from '../parts/whose.tsx';
import { Gone } from './record.tsx';

export const AGREEMENT_TONE: Record<string, string> = {
  in_force: 'good',
  provisionally_applied: 'info',
  signed: 'info',
  agreed: 'quiet',
  draft: 'quiet',
  negotiating: 'quiet',
  suspended: 'warn',
  expiring: 'warn',
  expired: 'bad',
  terminated: 'bad',
  superseded: 'quiet',
};
const PARTY_TONE: Record<string, string> = {
  bound: 'good',
  provisional: 'info',
  signed: 'info',
  withdrawn: 'bad',
};

const daysTo = (from: string, to: string) =>
  Math.round((+new Date(to.slice(0, 10)) - +new Date(from.slice(0, 10))) / 864e5);

/* A day in words and how far off it is. */
function Dated({ at, now }: { at: string; now: string }) {
  const lang = useLang();
  const days = at.length >= 10 ? daysTo(now, at) : undefined;
  return (
    <>
      <When at={at} />
      {days !== undefined && <span className="muted"> ({away(lang, days)})</span>}
    </>
  );
}

/* What must not be missed: the end, and the last day to act before it. */
function Warnings({ s, now }: { s: AgreementStatus; now: string }) {
  const t = useText();
  const lang = useLang();
  const notice = s.notice_by ? daysTo(now, s.notice_by) : undefined;
  const words = [
    s.state === 'expiring' && s.ends_on ? t.agreements.endsSoon(day(lang, s.ends_on, false)) : '',
    s.state === 'suspended' ? t.agreements.isSuspended : '',
    notice !== undefined && notice >= 0 && notice <= 90
      ? t.agreements.noticeSoon(day(lang, s.notice_by, false), away(lang, notice))
      : '',
  ].filter(Boolean);
  return words.length ? (
    <p className="note note-warn" role="status">
      <Icon name="warn" /> {words.join(' ')}
    </p>
  ) : null;
}

function Status({ s, now }: { s: AgreementStatus; now: string }) {
  const t = useText();
  const lang = useLang();
  const a = t.agreements;
  const facts: [string, ReactNode][] = [
    [a.since, s.since && <Dated at={s.since} now={now} />],
    [a.inForceOn, s.in_force_on && s.in_force_on !== s.since && <Dated at={s.in_force_on} now={now} />],
    [
      a.provisionalOn,
      s.provisional_on && s.provisional_on !== s.since && <Dated at={s.provisional_on} now={now} />,
    ],
    [
      a.endsOn,
      s.ends_on && (
        <>
          <Dated at={s.ends_on} now={now} />
          {s.end_reason && (
            <span className="row-sub">
              {(a.endReasons as Record<string, string>)[s.end_reason] ?? s.end_reason}
            </span>
          )}
        </>
      ),
    ],
    [a.renewsOn, s.renews_on && <Dated at={s.renews_on} now={now} />],
    [a.renewals, s.renewals ? num(lang, s.renewals) : ''],
    [a.noticeBy, s.notice_by && <Dated at={s.notice_by} now={now} />],
    [a.supersededBy, s.superseded_by && <RefLink id={s.superseded_by} />],
  ];
  return (
    <>
      <p className="agreement-state">
        <Tag tone={AGREEMENT_TONE[s.state]}>{(a.states as Record<string, string>)[s.state] ?? s.state}</Tag>
      </p>
      <dl className="facts">
        {facts
          .filter(([, v]) => v)
          .map(([label, v]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{v}</dd>
            </div>
          ))}
      </dl>
    </>
  );
}

function Parties({ s }: { s: AgreementStatus }) {
  const t = useText();
  const a = t.agreements;
  const { shown, control } = useFold(s.parties, 12);
  if (s.parties.length === 0) return <p className="none">{a.partiesNone}</p>;
  return (
    <>
      <Table label={a.parties} className="table slim">
        <thead>
          <tr>
            <th scope="col">{a.party}</th>
            <th scope="col">{t.needs.state}</th>
            <th scope="col">{a.since}</th>
            <th scope="col">{a.until}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((p, i) => (
            <tr key={p.party + i}>
              <th scope="row">
                <RefLink id={p.party} />
                {p.role && p.role !== 'party' && <span className="row-sub">{p.role}</span>}
              </th>
              <td>
                <Tag tone={PARTY_TONE[p.state]}>
                  {(a.partyStates as Record<string, string>)[p.state] ?? p.state}
                </Tag>{' '}
                {p.suspended && <Tag tone="warn">{a.partySuspended}</Tag>}
              </td>
              <td>
                <When at={p.since} short />
              </td>
              <td>
                <When at={p.until} short />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      {control}
    </>
  );
}

function Transactions({ items }: { items: Rec[] }) {
  const t = useText();
  const lang = useLang();
  const { word, path } = useKinds();
  const a = t.agreements;
  const { shown, control } = useFold(items, 10);
  if (items.length === 0) return <p className="none">{a.transactionsNone}</p>;
  return (
    <>
      <Table label={a.transactions} className="table slim">
        <thead>
          <tr>
            <th scope="col">{a.item}</th>
            <th scope="col">{a.supplier}</th>
            <th scope="col">{a.receiver}</th>
            <th scope="col" className="num">
              {a.value}
            </th>
            <th scope="col">{a.settlement}</th>
            <th scope="col">{t.today.due}</th>
            <th scope="col">{t.needs.state}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((x) => (
            <tr key={x.id}>
              <th scope="row">
                <Link data-row to={path('transaction', x.id)}>
                  {text(x, 'item')}
                </Link>{' '}
                <Whose of={x} />
                {x.quantity !== undefined && (
                  <span className="row-sub">
                    {num(lang, Number(x.quantity))} {text(x, 'unit')}
                  </span>
                )}
              </th>
              <td>
                <RefLink id={text(x, 'supplier')} />
              </td>
              <td>
                <RefLink id={text(x, 'receiver')} />
              </td>
              <td className="num">
                {x.value !== undefined && money(lang, Number(x.value), text(x, 'currency'))}
              </td>
              <td>{word('transaction', 'settlement', text(x, 'settlement'))}</td>
              <td>
                <When at={text(x, 'due')} short />
              </td>
              <td>
                <StateTag kind="transaction" field="state" value={text(x, 'state')} />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      {control}
    </>
  );
}

function AddTo({
  kind,
  preset,
  children,
}: {
  kind: string;
  preset: Record<string, unknown>;
  children: string;
}) {
  const { byName } = useKinds();
  const k = byName(kind);
  return useMay('write') && k ? (
    <Link className="button small no-print" to={presetPath(k, preset)}>
      <Icon name="plus" size={14} />
      {children}
    </Link>
  ) : null;
}

function Body({ r, p, asOf }: { r: RecordAnswer; p: Answer; asOf: string }) {
  const t = useText();
  const lang = useLang();
  const { word } = useKinds();
  const clock = useContext(NowContext);
  const now = asOf || clock;
  const write = useMay('write') && !r.theirs;
  const a = t.agreements;
  const name = titleOf(lang, r, r.refs ?? {});
  const number = text(r, 'number');
  return (
    <>
      <PageHead
        title={name.text}
        titleLang={name.lang}
        kicker={<Link to="/records/agreements">{a.title}</Link>}
        lead={
          <>
            {[word('agreement', 'instrument', text(r, 'instrument')), number].filter(Boolean).join(' · ')}{' '}
            <Whose of={r} /> <MarkingTag value={r.marking} />
          </>
        }>
        {write && (
          <Link to={`/records/agreements/${r.id}/edit`} className="button no-print">
            <Icon name="edit" />
            {t.app.edit}
          </Link>
        )}
        <Link to={`/records/agreements/${r.id}`} className="button no-print">
          <Icon name="file" />
          {t.partner.record}
        </Link>
        <button type="button" className="button no-print" onClick={() => print()}>
          <Icon name="print" />
          {t.app.print}
        </button>
      </PageHead>
      <div className="stack">
        <Warnings s={p.status} now={now} />
        <Section id="status" title={a.status} className="card">
          <Status s={p.status} now={now} />
        </Section>
        <div className="grid">
          <Section id="timeline" title={a.timeline} className="card">
            <Timeline events={p.status.timeline} asOf={asOf} />
          </Section>
          <Section id="parties" title={a.parties} className="card" count={p.status.parties.length}>
            <Parties s={p.status} />
          </Section>
        </div>
        <Section
          id="obligations"
          title={a.obligations}
          className="card"
          count={p.obligations.length}
          aside={
            <AddTo kind="obligation" preset={{ agreement: r.id }}>
              {a.addObligation}
            </AddTo>
          }>
          <Obligations items={p.obligations} />
        </Section>
        <Section id="balance" title={a.balance} className="card">
          <BalanceView balance={p.balance} />
        </Section>
        <Section
          id="transactions"
          title={a.transactions}
          className="card"
          count={p.transactions.length}
          aside={
            <AddTo kind="transaction" preset={{ agreement: r.id }}>
              {a.addTransaction}
            </AddTo>
          }>
          <Transactions items={p.transactions} />
        </Section>
        {p.commitments && p.commitments.length > 0 && (
          <Section id="commitments" title={a.commitments} className="card" count={p.commitments.length}>
            <Promises items={p.commitments} none={t.partner.commitmentsNone} now={now} />
          </Section>
        )}
      </div>
    </>
  );
}

export function AgreementPage({ id }: { id: string }) {
  const kind = useKinds().byName('agreement');
  const { search } = usePlace();
  const asOf = search.get('as_of') ?? '';
  const record = useQuery<RecordAnswer>(`/agreements/${id}`);
  const page = useQuery<Answer>(`/agreements/${id}/page`, { as_of: asOf });
  if (kind && record.error instanceof ApiError && record.error.status === 410)
    return <Gone kind={kind} id={id} reload={record.reload} />;
  return (
    <Shown query={record}>
      {(r) => <Shown query={page}>{(p) => <Body r={r} p={p} asOf={asOf} />}</Shown>}
    </Shown>
  );
}
