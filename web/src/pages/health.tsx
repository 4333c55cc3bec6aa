/* The health of the network: where it would break, who stands between whom, how each audience is trusted,
 * what is covered, on whom options depend, and whom to seek. */
import type { ReactNode } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import { num, percent } from '../lib/format.ts';
import type { Coverage, Dependence, Discovery, Health } from '../lib/nurture.ts';
import { useQuery } from '../lib/query.ts';
import { useKinds } from '../lib/session.tsx';
import { band } from '../lib/trust.ts';
import { PageHead, RefLink, Section, Shown, Tag } from '../parts/common.tsx';
import { CoverageView } from '../parts/coverage.tsx';
import { Table, useFold } from '../parts/table.tsx';
import { RangeBar } from '../parts/trust.tsx';

/* The first few names of many. */
function Names({ ids, count, few = 4 }: { ids: string[]; count: number; few?: number }) {
  const t = useText();
  const lang = useLang();
  const shown = ids.slice(0, few);
  return (
    <>
      {shown.map((id, i) => (
        <span key={id}>
          {i > 0 && ', '}
          <RefLink id={id} />
        </span>
      ))}
      {count > shown.length && <span className="muted"> {t.health.others(num(lang, count - shown.length))}</span>}
    </>
  );
}

interface Column<T> {
  head: string;
  numeric?: boolean;
  cell: (row: T) => ReactNode;
}

/* A table whose first column names the row; the rest of a long one is folded away. */
function Rows<T>({
  label,
  items,
  columns,
  id,
}: {
  label: string;
  items: T[];
  columns: Column<T>[];
  id: (row: T) => string;
}) {
  const t = useText();
  const { shown, control } = useFold(items, 8);
  if (items.length === 0) return <p className="none">{t.health.none}</p>;
  return (
    <>
      <Table label={label} className="table slim health-table">
        <thead>
          <tr>
            {columns.map((c) => (
              <th key={c.head} scope="col" className={c.numeric ? 'num' : undefined}>
                {c.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={id(row)}>
              {columns.map((c, i) =>
                i === 0 ? (
                  <th key={c.head} scope="row">
                    {c.cell(row)}
                  </th>
                ) : (
                  <td key={c.head} className={c.numeric ? 'num' : undefined}>
                    {c.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </Table>
      {control}
    </>
  );
}

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

function Breaks({ h }: { h: Health }) {
  const t = useText();
  const x = t.health;
  return (
    <>
      <Section id="articulation" title={x.articulation} className="card" count={h.articulation_count}>
        <p className="section-lead">{x.articulationLead}</p>
        <Rows
          label={x.articulation}
          items={h.articulation}
          id={(a) => a.actor}
          columns={[
            { head: x.actor, cell: (a) => <RefLink id={a.actor} /> },
            { head: x.partner, cell: (a) => a.partner && <Tag tone="info">{x.yes}</Tag> },
            { head: x.cutOff, cell: (a) => <Names ids={a.cut_off} count={a.count} /> },
          ]}
        />
      </Section>
      <Section id="bridges" title={x.bridges} className="card" count={h.bridge_count}>
        <p className="section-lead">{x.bridgesLead}</p>
        <Rows
          label={x.bridges}
          items={h.bridges}
          id={(b) => b.relationship}
          columns={[
            { head: x.relationship, cell: (b) => <RefLink id={b.relationship} /> },
            { head: x.cutOff, cell: (b) => <Names ids={b.cut_off} count={b.count} /> },
          ]}
        />
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

function DependenceView({ d }: { d: Dependence }) {
  const t = useText();
  const lang = useLang();
  const x = t.health;
  return (
    <>
      <Rows
        label={x.dependence}
        items={d.items}
        id={(i) => i.actor}
        columns={[
          { head: x.actor, cell: (i) => <RefLink id={i.actor} /> },
          {
            head: x.needs,
            cell: (i) =>
              i.needs.map((n) => (
                <span key={n.need} className="row-sub">
                  <RefLink id={n.need} /> {x.options(num(lang, n.options), num(lang, n.of))}{' '}
                  {n.indispensable && <Tag tone="bad">{x.indispensable}</Tag>}
                </span>
              )),
          },
          { head: x.actorsCut, numeric: true, cell: (i) => num(lang, i.cut_off) },
        ]}
      />
      {d.not_counted.length > 0 && (
        <p className="muted small-text">{x.notCounted(num(lang, d.not_counted.length))}</p>
      )}
    </>
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
        <Section id="coverage" title={x.coverage} className="card">
          <p className="section-lead">{x.coverageLead}</p>
          <Shown query={coverage}>{(c) => <CoverageView c={c} />}</Shown>
        </Section>
        <Section id="dependence" title={x.dependence} className="card">
          <p className="section-lead">{x.dependenceLead}</p>
          <Shown query={dependence}>{(d) => <DependenceView d={d} />}</Shown>
        </Section>
        <Section id="discovery" title={x.discovery} className="card">
          <p className="section-lead">{x.discoveryLead}</p>
          <Shown query={discovery}>{(d) => <DiscoveryView d={d} />}</Shown>
        </Section>
      </div>
    </>
  );
}
