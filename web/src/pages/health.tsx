/* The health of the network: where it would break, who stands between whom, how each audience is trusted,
 * what is covered, on whom options depend, and whom to seek. */
import type { ReactNode } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import { num, percent } from '../lib/format.ts';
import type { Coverage, Dependence, Discovery, Health } from '../lib/nurture.ts';
import { useQuery } from '../lib/query.ts';
import { Link } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import { band } from '../lib/trust.ts';
import { ChainLine } from '../parts/chains.tsx';
import { PageHead, RefLink, Section, Shown } from '../parts/common.tsx';
import { CoverageView } from '../parts/coverage.tsx';
import { ArticulationTable, BridgeTable, DependenceTable } from '../parts/netrisks.tsx';
import { Names, Rows } from '../parts/rows.tsx';
import { RangeBar } from '../parts/trust.tsx';

function Shape({ h }: { h: Health }) {
  const t = useText();
  const lang = useLang();
  const facts: [string, ReactNode][] = [
    [t.health.nodes, num(lang, h.nodes)],
    [t.health.untied, num(lang, h.untied)],
    [t.health.ties, num(lang, h.ties)],
    [t.health.components, num(lang, h.components)],
    [
      t.health.reach,
      h.reach.map((r) => (
        <span key={r.hops} className="row-sub">
          {t.health.reachText(num(lang, r.actors), num(lang, r.hops), r.hops)}
        </span>
      )),
    ],
  ];
  return (
    <Section id="shape" title={t.health.shape} className="card">
      <dl className="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Audiences({ h }: { h: Health }) {
  const t = useText();
  const lang = useLang();
  const { word } = useKinds();
  return (
    <Section id="audiences" title={t.health.audiences} className="card">
      <Rows
        label={t.health.audiences}
        items={h.audiences}
        id={(a) => a.audience}
        columns={[
          {
            head: t.health.audience,
            cell: (a) => (a.audience ? word('actor', 'audience', a.audience) : t.health.unstated),
          },
          { head: t.health.relationships, numeric: true, cell: (a) => num(lang, a.relationships) },
          {
            head: t.health.trust,
            numeric: true,
            cell: (a) => (a.trust === undefined ? '' : percent(lang, a.trust)),
          },
          {
            head: t.health.range,
            cell: (a) =>
              a.trust !== undefined && a.low !== undefined && a.high !== undefined ? (
                <span className="nowrap">
                  <RangeBar low={a.low} high={a.high} value={a.trust} band={band(a.trust)} width={72} />{' '}
                  {t.health.rangeText(percent(lang, a.low), percent(lang, a.high))}
                </span>
              ) : null,
          },
        ]}
      />
    </Section>
  );
}

/* To the drawing of the same. */
function Drawn({ to, what }: { to: string; what: string }) {
  const t = useText();
  return (
    <Link className="button small no-print" to={to} aria-label={`${t.health.draw}: ${what}`}>
      {t.health.draw}
    </Link>
  );
}

function Breaks({ h }: { h: Health }) {
  const t = useText();
  const x = t.health;
  return (
    <>
      <Section
        id="articulation"
        title={x.articulation}
        className="card"
        count={h.articulation_count}
        aside={<Drawn to="/network?view=risks" what={x.articulation} />}>
        <p className="section-lead">{x.articulationLead}</p>
        <ArticulationTable h={h} />
      </Section>
      <Section
        id="bridges"
        title={x.bridges}
        className="card"
        count={h.bridge_count}
        aside={<Drawn to="/network?view=risks&risk=bridges" what={x.bridges} />}>
        <p className="section-lead">{x.bridgesLead}</p>
        <BridgeTable h={h} />
      </Section>
    </>
  );
}

function Between({ h }: { h: Health }) {
  const t = useText();
  const lang = useLang();
  const x = t.health;
  return (
    <div className="grid">
      <Section id="brokers" title={x.brokers} className="card">
        <p className="section-lead">
          {x.brokersLead} {!h.brokers_exact && x.estimated}
        </p>
        <Rows
          label={x.brokers}
          items={h.brokers}
          id={(b) => b.actor}
          columns={[
            { head: x.actor, cell: (b) => <RefLink id={b.actor} /> },
            { head: x.share, numeric: true, cell: (b) => percent(lang, b.share, 1) },
            { head: x.tiesShort, numeric: true, cell: (b) => num(lang, b.ties) },
          ]}
        />
      </Section>
      <Section id="communities" title={x.communities} className="card" count={h.communities.length}>
        <p className="section-lead">{x.communitiesLead}</p>
        <Rows
          label={x.communities}
          items={h.communities}
          id={(c) => String(c.id)}
          columns={[
            { head: x.actor, cell: (c) => <RefLink id={c.center} /> },
            {
              head: x.members,
              cell: (c) => <Names ids={c.members.filter((m) => m !== c.center)} count={c.count - 1} few={3} />,
            },
          ]}
        />
      </Section>
    </div>
  );
}

function DiscoveryView({ d }: { d: Discovery }) {
  const t = useText();
  const lang = useLang();
  const x = t.health;
  return (
    <Rows
      label={x.discovery}
      items={d.items}
      id={(i) => i.actor}
      columns={[
        { head: x.actor, cell: (i) => <RefLink id={i.actor} /> },
        { head: x.score, numeric: true, cell: (i) => percent(lang, i.score) },
        {
          head: x.reasons,
          cell: (i) =>
            i.reasons.map((r, k) => (
              <span key={k} className="reason">
                {lang === 'fr' ? r.detail_fr : r.detail}
                {r.via.length > 0 && (
                  <span className="row-sub">
                    {x.via} <Names ids={r.via} count={r.via.length} few={3} />
                  </span>
                )}
              </span>
            )),
        },
        {
          head: x.introduction,
          cell: (i) =>
            i.introduction ? (
              <>
                <ChainLine c={i.introduction} />
                <Link className="row-sub no-print" to={`/network?view=paths&to=${i.actor}`}>
                  {x.draw}
                </Link>
              </>
            ) : (
              <span className="muted">{x.noIntroduction}</span>
            ),
        },
      ]}
    />
  );
}

export function HealthPage() {
  const t = useText();
  const health = useQuery<Health>('/health');
  const coverage = useQuery<Coverage>('/coverage');
  const dependence = useQuery<Dependence>('/dependence');
  const discovery = useQuery<Discovery>('/discovery');
  const x = t.health;
  return (
    <>
      <PageHead title={x.title} lead={x.lead} />
      <div className="stack">
        <Shown query={health}>
          {(h) => (
            <>
              <Shape h={h} />
              <Breaks h={h} />
              <Between h={h} />
              <Audiences h={h} />
            </>
          )}
        </Shown>
        <Section
          id="coverage"
          title={x.coverage}
          className="card"
          aside={<Drawn to="/network?view=coverage" what={x.coverage} />}>
          <p className="section-lead">{x.coverageLead}</p>
          <Shown query={coverage}>{(c) => <CoverageView c={c} />}</Shown>
        </Section>
        <Section
          id="dependence"
          title={x.dependence}
          className="card"
          aside={<Drawn to="/network?view=risks&risk=needs" what={x.dependence} />}>
          <p className="section-lead">{x.dependenceLead}</p>
          <Shown query={dependence}>{(d) => <DependenceTable d={d} />}</Shown>
        </Section>
        <Section id="discovery" title={x.discovery} className="card">
          <p className="section-lead">{x.discoveryLead}</p>
          <Shown query={discovery}>{(d) => <DiscoveryView d={d} />}</Shown>
        </Section>
      </div>
    </>
  );
}
