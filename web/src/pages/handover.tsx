/* The handover pack of a post or a person: who holds it, the relationships that go with it, what is owed,
 * confided, asked and planned, the counterparts, and what depends on them. */
import { useContext, type ReactNode } from 'react';
import { fileHref } from '../api.ts';
import { RefsContext, named, useLang, useText } from '../i18n/index.ts';
import { num, percent } from '../lib/format.ts';
import type { Handover, Tour } from '../lib/nurture.ts';
import { useQuery } from '../lib/query.ts';
import { Link } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import { titleOf } from '../lib/title.ts';
import type { Rec } from '../lib/types.ts';
import { Disclosures, Engagements, Promises, StateTag, text } from '../parts/brief.tsx';
import { NowContext, PageHead, Priority, RefLink, Section, Shown, Tag, When } from '../parts/common.tsx';
import { Icon } from '../parts/icons.tsx';
import { Table, useFold } from '../parts/table.tsx';
import { Whose } from '../parts/whose.tsx';

function Tours({ h }: { h: Handover }) {
  const t = useText();
  const x = t.continuity;
  const tours: [string, Tour | undefined][] = [
    [x.predecessor, h.predecessor],
    [x.holder, h.holder],
    [x.successor, h.successor],
  ];
  return (
    <dl className="facts">
      {tours.map(([label, tour]) =>
        tour ? (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <RefLink id={tour.person} />
              <span className="row-sub">
                <When at={tour.from} short /> {tour.until && x.until} <When at={tour.until} short />
              </span>
            </dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

function Relationships({ h }: { h: Handover }) {
  const t = useText();
  const lang = useLang();
  const x = t.continuity;
  if (h.relationships.length === 0) return <p className="none">{x.nothing}</p>;
  return (
    <Table label={x.relationships} className="table slim health-table">
      <thead>
        <tr>
          <th scope="col">{x.partner}</th>
          <th scope="col" className="num">
            {x.trust}
          </th>
          <th scope="col" className="num">
            {x.earned}
          </th>
          <th scope="col">{x.contact}</th>
          <th scope="col">{x.basis}</th>
          <th scope="col">{x.topics}</th>
        </tr>
      </thead>
      <tbody>
        {h.relationships.map((r) => (
          <tr key={r.relationship}>
            <th scope="row">
              <RefLink id={r.partner} /> <Priority value={r.priority} />
              {r.purpose && <span className="row-sub">{r.purpose}</span>}
            </th>
            <td className="num">{percent(lang, r.trust)}</td>
            <td className="num">{percent(lang, r.earned)}</td>
            <td>
              <When at={r.last_contact} short />
            </td>
            <td>{x.bases[r.basis]}</td>
            <td>{r.topics.join(', ')}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/* A list of few words: a name, and what is to be said of it. */
function Few({ items }: { items: { key: string; main: ReactNode; sub?: ReactNode; end?: ReactNode }[] }) {
  const t = useText();
  const { shown, control } = useFold(items, 10);
  if (items.length === 0) return <p className="none">{t.continuity.nothing}</p>;
  return (
    <>
      <ul className="rows">
        {shown.map((i) => (
          <li key={i.key}>
            <div className="rows-main">
              {i.main}
              {i.sub && <span className="row-sub">{i.sub}</span>}
            </div>
            {i.end}
          </li>
        ))}
      </ul>
      {control}
    </>
  );
}

function Succession({ s }: { s: NonNullable<Handover['succession']> }) {
  const t = useText();
  const x = t.continuity;
  return (
    <Section id="succession" title={x.succession} className="card" count={s.unmet.length}>
      <h3 className="sub">{x.unmet}</h3>
      <Few
        items={s.unmet.map((u) => ({
          key: u.partner,
          main: <RefLink id={u.partner} />,
          end: u.planned && (
            <Tag tone="info">
              {x.planned} <When at={u.planned} short />
            </Tag>
          ),
        }))}
      />
      <h3 className="sub">{x.met}</h3>
      <Few
        items={s.met.map((m) => ({
          key: m.partner,
          main: <RefLink id={m.partner} />,
          end: <When at={m.on} short />,
        }))}
      />
    </Section>
  );
}

function Requests({ items }: { items: Rec[] }) {
  const lang = useLang();
  const { path } = useKinds();
  const refs = useContext(RefsContext);
  return (
    <Few
      items={items.map((r) => ({
        key: r.id,
        main: (
          <>
            <Link to={path('request', r.id)}>{titleOf(lang, r, refs).text}</Link> <Whose of={r} />
          </>
        ),
        end: <StateTag kind="request" field="state" value={text(r, 'state')} />,
      }))}
    />
  );
}

function Standing({ h }: { h: Handover }) {
  const t = useText();
  const lang = useLang();
  const x = t.continuity;
  const states = t.agreements.states as Record<string, string>;
  return (
    <>
      <Section id="agreements" title={x.agreements} className="card" count={h.agreements.length}>
        <Few
          items={h.agreements.map((a) => ({
            key: a.agreement,
            main: <RefLink id={a.agreement} />,
            sub: a.ends_on && (
              <>
                {t.agreements.endsOn} <When at={a.ends_on} short />
              </>
            ),
            end: <Tag>{states[a.state] ?? a.state}</Tag>,
          }))}
        />
      </Section>
      <Section id="obligations" title={x.obligations} className="card" count={h.obligations.length}>
        <Few
          items={h.obligations.map((o) => ({
            key: o.obligation + (o.due ?? ''),
            main: o.text,
            sub: (
              <>
                <RefLink id={o.obligor} /> → <RefLink id={o.beneficiary} />
              </>
            ),
            end: <When at={o.due} short />,
          }))}
        />
      </Section>
      <Section id="needs" title={x.needs} className="card" count={h.needs.length}>
        <Few
          items={h.needs.map((n) => ({
            key: n.need + n.capability + n.partner,
            main: <RefLink id={n.need} />,
            sub: (
              <>
                <RefLink id={n.partner} /> · <RefLink id={n.capability} />
                {n.through && (
                  <>
                    {' '}
                    ({x.through} <RefLink id={n.through} />)
                  </>
                )}{' '}
                ·{' '}
                {x.offers(num(lang, n.offers), num(lang, n.other_offers))}
              </>
            ),
          }))}
        />
      </Section>
    </>
  );
}

function Body({ id, h }: { id: string; h: Handover }) {
  const t = useText();
  const lang = useLang();
  const now = useContext(NowContext);
  const x = t.continuity;
  const meetings = [...h.engagements.planned, ...h.engagements.recent];
  const name = named(lang, h.refs[h.post ?? h.person ?? id]);
  return (
    <>
      <PageHead
        title={name.text || x.handover}
        titleLang={name.lang}
        kicker={<Link to="/continuity">{x.handover}</Link>}
        lead={x.handoverLead}>
        <a
          className="button no-print"
          href={fileHref(`/handover/${id}/handover.html`, { language: lang })}
          target="_blank"
          rel="noreferrer">
          <Icon name="file" />
          {x.forPaper}
        </a>
        <button type="button" className="button no-print" onClick={() => print()}>
          <Icon name="print" />
          {t.app.print}
        </button>
      </PageHead>
      <div className="stack">
        {(h.predecessor || h.holder || h.successor) && (
          <Section id="tours" title={x.tours} className="card">
            <Tours h={h} />
          </Section>
        )}
        {h.personal.length > 0 && (
          <Section id="personal" title={x.personalTitle} className="card" count={h.personal.length}>
            <p className="section-lead">{x.personalLead}</p>
            <Few
              items={h.personal.map((p) => ({
                key: p.relationship,
                main: <RefLink id={p.partner} />,
                end: <span>{percent(lang, p.trust)}</span>,
              }))}
            />
          </Section>
        )}
        <Section id="relationships" title={x.relationships} className="card" count={h.relationships.length}>
          <Relationships h={h} />
        </Section>
        {h.succession && <Succession s={h.succession} />}
        <div className="grid">
          <Section id="ours" title={x.ours} className="card" count={h.commitments.ours.length}>
            <Promises items={h.commitments.ours} none={x.nothing} now={now} />
          </Section>
          <Section id="theirs" title={x.theirs} className="card" count={h.commitments.theirs.length}>
            <Promises items={h.commitments.theirs} none={x.nothing} now={now} />
          </Section>
          <Section id="requests" title={x.requests} className="card" count={h.requests.length}>
            <Requests items={h.requests} />
          </Section>
          <Section id="disclosures" title={x.disclosures} className="card" count={h.disclosures.length}>
            <Disclosures items={h.disclosures} />
          </Section>
          <Section id="engagements" title={x.engagements} className="card grid-wide" count={meetings.length}>
            <Engagements items={meetings} />
          </Section>
          <Section id="people" title={x.people} className="card" count={h.people.length}>
            <Few
              items={h.people.map((p) => ({
                key: p.posting,
                main: <RefLink id={p.person} />,
                sub: (
                  <>
                    <RefLink id={p.position} /> · <RefLink id={p.partner} />
                    {p.next && (
                      <>
                        {' '}
                        · {x.next} <RefLink id={p.next} />
                      </>
                    )}
                  </>
                ),
                end: <When at={p.until} short />,
              }))}
            />
          </Section>
          <Standing h={h} />
        </div>
      </div>
    </>
  );
}

export function HandoverPage({ id }: { id: string }) {
  const query = useQuery<Handover>(`/handover/${id}`);
  return <Shown query={query}>{(h) => <Body id={id} h={h} />}</Shown>;
}
