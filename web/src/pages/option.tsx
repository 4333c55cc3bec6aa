/* One option, as it is briefed: who brings what and why, how surely, what it rests on, and what
 * happens when somebody drops out. It prints on paper as it stands. */
import { useState } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import { day, num, percent, signed } from '../lib/format.ts';
import type { Alternative, Backup, Drop, Need, OptionPage as Answer, Why } from '../lib/needs.ts';
import { useQuery } from '../lib/query.ts';
import { Link } from '../lib/router.tsx';
import { useMay } from '../lib/session.tsx';
import { titleOf } from '../lib/title.ts';
import { band } from '../lib/trust.ts';
import { Empty, PageHead, RefLink, RefName, Section, Shown, Tag } from '../parts/common.tsx';
import { useRequirementName } from '../parts/gaps.tsx';
import { Icon } from '../parts/icons.tsx';
import { MakeRequests } from '../parts/makerequests.tsx';
import { Members, whole } from '../parts/members.tsx';
import { digitsOf, Readiness, sure, useOptionWords } from '../parts/options.tsx';
import { Table, useFold } from '../parts/table.tsx';
import { RangeBar } from '../parts/trust.tsx';

function Figures({ o }: { o: Answer }) {
  const t = useText();
  const lang = useLang();
  const figures = [
    [t.needs.burden, num(lang, o.burden, whole(o.burden)), t.needs.burdenHelp],
    [t.needs.readiness, <Readiness key="r" hours={o.readiness_hours} />, t.needs.readinessHelp],
    [t.needs.partners, num(lang, o.partners), ''],
  ] as const;
  return (
    <div className="option-figures">
      <div className="trust-card option-sure">
        <h2>{t.needs.probability}</h2>
        <p className="trust-big">
          <span className={`band-${band(o.probability)}`}>{sure(lang, o.probability, o)}</span>
        </p>
        <RangeBar low={o.low} high={o.high} value={o.probability} band={band(o.probability)} width={180} />
        <p className="trust-foot">
          {t.needs.between(percent(lang, o.low, digitsOf(o)), percent(lang, o.high, digitsOf(o)))}
          {'. '}
          {t.needs.probabilityHelp}
          {o.all_deliver !== undefined &&
            o.all_deliver < o.probability - 0.0005 &&
            ' ' + t.needs.allDeliver(percent(lang, o.all_deliver, digitsOf(o)))}
        </p>
      </div>
      {figures.map(([label, value, help]) => (
        <div className="trust-card" key={label}>
          <h2>{label}</h2>
          <p className={'option-figure' + (typeof value === 'string' ? '' : ' option-name')}>{value}</p>
          {help && <p className="trust-foot">{help}</p>}
        </div>
      ))}
      {o.weakest && (
        <div className="trust-card">
          <h2>{t.needs.weakest}</h2>
          <p className="option-figure option-name">
            <RefLink id={o.weakest.actor} />
          </p>
          <p className="trust-foot">{t.needs.weakestHelp(percent(lang, o.weakest.probability))}</p>
        </div>
      )}
    </div>
  );
}

function Otherwise({ a }: { a: Alternative }) {
  const t = useText();
  const lang = useLang();
  const why = a.why_not.map((w) => (t.needs.whyOther as Record<string, string>)[w] ?? w);
  return (
    <li>
      <RefLink id={a.actor} />{' '}
      <span className="muted">
        {percent(lang, a.forecast)}, {t.needs.burdenOf(num(lang, a.burden, whole(a.burden)))},{' '}
        <Readiness hours={a.readiness_hours} />
        {why.length > 0 && ` – ${why.join(', ')}`}
      </span>
    </li>
  );
}

function Alternatives({ items }: { items: Alternative[] }) {
  const { shown, control } = useFold(items, 4);
  return (
    <>
      <ul className="otherwise">
        {shown.map((a, n) => (
          <Otherwise key={n} a={a} />
        ))}
      </ul>
      {control}
    </>
  );
}

function WhyList({ items, need }: { items: Why[]; need: Need }) {
  const t = useText();
  const nameOf = useRequirementName(need.requirements);
  const words = (because: string[]) =>
    because.map((w) => (t.needs.because as Record<string, string>)[w] ?? w).join(', ') || t.needs.balance;
  return (
    <ul className="why">
      {items.flatMap((w, i) =>
        w.lines.map((l, k) => (
          <li key={`${i}-${k}`}>
            <h3>
              <RefName id={w.actor} /> <span className="muted">– {nameOf(l.requirement)}</span>
            </h3>
            <p>{words(l.because)}</p>
            {l.alternatives.length === 0 ? (
              <p className="row-sub">{t.needs.noAlternative}</p>
            ) : (
              <>
                <p className="row-sub">{t.needs.alternatives}</p>
                <Alternatives items={l.alternatives} />
              </>
            )}
          </li>
        )),
      )}
    </ul>
  );
}

function DropTable({ items, need }: { items: Drop[]; need: Need }) {
  const t = useText();
  const lang = useLang();
  const { name } = useOptionWords();
  const who = (members: string[]) =>
    new Intl.ListFormat(`${lang}-CA`, { type: 'conjunction' }).format(members.map(name));
  return (
    <Table label={t.needs.drop} className="table slim">
      <thead>
        <tr>
          <th scope="col">{t.needs.without}</th>
          <th scope="col">{t.needs.nextBest}</th>
          <th scope="col" className="num">
            {t.needs.probability}
          </th>
          <th scope="col" className="num">
            {t.needs.burden}
          </th>
          <th scope="col" className="num">
            {t.needs.loss}
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((d, i) => (
          <tr key={i}>
            <th scope="row">
              <RefName id={d.actor} />
            </th>
            {d.next ? (
              <>
                <td>
                  <Link to={`/needs/${need.id}/options/${d.next.key}`}>
                    {d.next.members?.length
                      ? who(d.next.members)
                      : t.needs.partnersOf(num(lang, d.next.partners), d.next.partners)}
                  </Link>
                </td>
                <td className="num">{sure(lang, d.next.probability, d.next)}</td>
                <td className="num">{num(lang, d.next.burden, whole(d.next.burden))}</td>
                <td className="num">
                  {d.loss !== undefined && `${signed(lang, -d.loss * 100, 1)} ${t.trust.points}`}
                </td>
              </>
            ) : (
              <td colSpan={4}>
                <Tag tone="bad">{t.needs.noOther}</Tag>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Backups({ items }: { items: Backup[] }) {
  const t = useText();
  const lang = useLang();
  return (
    <ul className="rows">
      {items.map((b, i) => (
        <li key={i}>
          <div className="rows-main">
            {b.members.map((m, k) => (
              <span key={k}>
                {k > 0 && ', '}
                <RefLink id={m} />
              </span>
            ))}
            <span className="row-sub">
              {t.needs.then(percent(lang, b.probability, 1))} ·{' '}
              {t.needs.burdenOf(num(lang, b.burden, whole(b.burden)))}
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Causes({ o }: { o: Answer }) {
  const t = useText();
  const causes = o.common_causes ?? [];
  if (causes.length === 0) return <p className="none">{t.needs.noCauses}</p>;
  return (
    <ul className="rows">
      {causes.map((c, i) => (
        <li key={i}>
          <div className="rows-main">
            {c.actors.map((a, k) => (
              <span key={a}>
                {k > 0 && ', '}
                <RefLink id={a} />
              </span>
            ))}
            <span className="row-sub">
              {(t.needs.causes as Record<string, string>)[c.reason] ?? c.reason}
              {c.of && (
                <>
                  {' · '}
                  <RefLink id={c.of} />
                </>
              )}
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Body({ need, o }: { need: Need; o: Answer }) {
  const t = useText();
  const lang = useLang();
  const write = useMay('write');
  const [asking, setAsking] = useState(false);
  const { who } = useOptionWords();
  const name = titleOf(lang, need, need.refs ?? {});
  const requests = o.requests ?? [];
  const others = o.members.filter((m) => !m.own);
  return (
    <>
      <PageHead
        title={who(o)}
        kicker={
          <>
            <Link to={`/needs/${need.id}`} lang={name.lang}>
              {name.text}
            </Link>{' '}
            – {t.needs.option}
          </>
        }
        lead={o.as_of ? t.partners.of(day(lang, o.as_of, false)) : undefined}>
        {write && others.length > 0 && (
          <button type="button" className="button primary" onClick={() => setAsking(true)}>
            <Icon name="requests" />
            {t.needs.makeRequests}
          </button>
        )}
        <button type="button" className="button no-print" onClick={() => print()}>
          <Icon name="print" />
          {t.app.print}
        </button>
      </PageHead>
      {requests.length > 0 && (
        <p className="note note-info">
          <Icon name="check" /> {t.needs.asked(num(lang, requests.length), requests.length)}{' '}
          <Link to={`/requests?need=${need.id}`}>{t.needs.toBoard}</Link>
        </p>
      )}
      <Figures o={o} />
      <div className="stack">
        <Section id="members" title={t.needs.whoBrings}>
          <Members o={o} need={need} />
        </Section>
        <div className="grid">
          <Section id="drop" title={t.needs.drop} className="card grid-wide">
            <p className="section-lead">{t.needs.dropLead}</p>
            {o.drop?.length ? (
              <DropTable items={o.drop} need={need} />
            ) : (
              <p className="none">{t.needs.ownOnly}</p>
            )}
          </Section>
          <Section id="why" title={t.needs.why} className="card">
            {o.why?.length ? <WhyList items={o.why} need={need} /> : <p className="none">{t.needs.noWhy}</p>}
          </Section>
          <div className="stack">
            <Section id="backups" title={t.needs.backups} className="card">
              {o.with_backups?.length ? (
                <Backups items={o.with_backups} />
              ) : (
                <p className="none">{t.needs.noBackups}</p>
              )}
            </Section>
            <Section id="causes" title={t.needs.commonCauses} className="card">
              <p className="section-lead">{t.needs.causesLead}</p>
              <Causes o={o} />
            </Section>
          </div>
        </div>
      </div>
      <MakeRequests need={need} option={o} open={asking} onClose={() => setAsking(false)} />
    </>
  );
}

export function OptionPage({ id, optionKey }: { id: string; optionKey: string }) {
  const t = useText();
  const need = useQuery<Need>(`/needs/${id}`);
  const option = useQuery<Answer>(`/needs/${id}/options/${optionKey}`);
  return (
    <Shown query={need}>
      {(n) =>
        option.error && !option.data ? (
          <>
            <PageHead title={t.needs.optionGone} kicker={<Link to={`/needs/${id}`}>{n.title}</Link>} />
            <Empty title={t.needs.optionGoneLead} icon="target">
              <Link className="button" to={`/needs/${id}`}>
                {t.needs.toOptions}
              </Link>
            </Empty>
          </>
        ) : (
          <Shown query={option}>{(o) => <Body need={n} o={o} />}</Shown>
        )
      }
    </Shown>
  );
}
