/* Risks of the network: what is picked out in the drawing, and the tables of the same. Which actors hold
 * others, which relationships are bridges, which rest on one person, on whom options for needs depend. */
import { useMemo, type ReactNode } from 'react';
import { named, useLang, useText } from '../i18n/index.ts';
import { num, percent } from '../lib/format.ts';
import type { Dependence, Health, KeyPersons } from '../lib/nurture.ts';
import { useQuery, type Query } from '../lib/query.ts';
import { Link, setSearch } from '../lib/router.tsx';
import type { Network } from '../lib/types.ts';
import { RefLink, Section, Shown, Tag, When } from './common.tsx';
import { edgeKey, type Marks } from './graph.tsx';
import { Names, Rows } from './rows.tsx';

export const RISKS = ['articulation', 'bridges', 'persons', 'needs'] as const;
export type Risk = (typeof RISKS)[number];

interface Risks {
  health: Query<Health>;
  persons: Query<KeyPersons>;
  dependence: Query<Dependence>;
  chosen: string /* person, or all */;
  marks: Marks;
  says: ReactNode;
}

/* Actors and ties at risk, wherever they stand; ties by their two ends. */
function atRisk(
  risk: Risk,
  net: Network,
  h?: Health,
  items?: KeyPersons['items'] /* whose relationships */,
  d?: Dependence,
) {
  const nodes = new Set<string>(),
    edges = new Set<string>();
  if (risk === 'articulation') for (const a of h?.articulation ?? []) nodes.add(a.actor);
  if (risk === 'needs') for (const i of d?.items ?? []) if (i.needs.length > 0) nodes.add(i.actor);
  if (risk === 'bridges')
    for (const b of h?.bridges ?? []) {
      edges.add(edgeKey(b.a, b.b));
      nodes.add(b.a).add(b.b);
    }
  if (risk === 'persons') {
    const of = new Map(net.edges.map((e) => [e.relationship, e]));
    for (const r of (items ?? []).flatMap((i) => i.relationships)) {
      const e = of.get(r.relationship);
      if (e) edges.add(edgeKey(e.source, e.target));
      nodes.add(r.partner);
    }
  }
  return { nodes, edges };
}

/* person: whose loss is drawn; unset, of whoever leaves soonest; `all` of them. */
export function useRisks(net: Network, risk: Risk, person: string): Risks {
  const t = useText();
  const lang = useLang();
  const health = useQuery<Health>(risk === 'articulation' || risk === 'bridges' ? '/health' : null);
  const persons = useQuery<KeyPersons>(risk === 'persons' ? '/key-persons' : null);
  const dependence = useQuery<Dependence>(risk === 'needs' ? '/dependence' : null);
  const [h, k, d] = [health.data, persons.data, dependence.data];
  const chosen = person || (k?.items[0]?.person ?? 'all');
  const marks: Marks = useMemo(() => {
    const items = k?.items.filter((i) => chosen === 'all' || i.person === chosen);
    return { tone: 'risk', ...atRisk(risk, net, h, items, d) };
  }, [risk, net, h, k, d, chosen]);
  const x = t.networkViews;
  const all = risk === 'bridges' ? marks.edges : marks.nodes;
  const drawn =
    risk === 'bridges'
      ? new Set(net.edges.map((e) => edgeKey(e.source, e.target)))
      : new Set(net.nodes.map((n) => n.id));
  const here = [...all].filter((id) => drawn.has(id)).length;
  const says = (
    <>
      <p className="mark-key mark-risk">{x.riskKeys[risk]}</p>
      <p className="muted small-text">{x.marked(num(lang, here), num(lang, all.size))}</p>
    </>
  );
  return { health, persons, dependence, chosen, marks, says };
}

export function ArticulationTable({ h }: { h: Health }) {
  const t = useText();
  const x = t.health;
  return (
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
  );
}

export function BridgeTable({ h }: { h: Health }) {
  const t = useText();
  const x = t.health;
  return (
    <Rows
      label={x.bridges}
      items={h.bridges}
      id={(b) => b.relationship}
      columns={[
        { head: x.relationship, cell: (b) => <RefLink id={b.relationship} /> },
        { head: x.cutOff, cell: (b) => <Names ids={b.cut_off} count={b.count} /> },
      ]}
    />
  );
}

export function DependenceTable({ d }: { d: Dependence }) {
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

function PersonTable({ k }: { k: KeyPersons }) {
  const t = useText();
  const lang = useLang();
  const x = t.networkViews;
  return (
    <Rows
      label={x.risks.persons}
      items={k.items}
      id={(i) => i.person + (i.posting ?? '')}
      columns={[
        { head: x.person, cell: (i) => <RefLink id={i.person} /> },
        { head: x.post, cell: (i) => i.position && <RefLink id={i.position} /> },
        { head: x.leaves, cell: (i) => <When at={i.until} short /> },
        {
          head: x.relationships,
          cell: (i) =>
            i.relationships.map((r) => (
              <span key={r.relationship} className="row-sub">
                <RefLink id={r.partner} /> {t.continuity.share(percent(lang, r.share), num(lang, r.contacts))}
              </span>
            )),
        },
      ]}
    />
  );
}

export function PersonChooser({ risks }: { risks: Risks }) {
  const t = useText();
  const lang = useLang();
  const { data } = risks.persons;
  const once = new Set(data?.items.map((i) => i.person));
  return (
    <div className="filter">
      <label htmlFor="net-person">{t.networkViews.person}</label>
      <select id="net-person" value={risks.chosen} onChange={(e) => setSearch({ person: e.target.value })}>
        <option value="all">{t.app.all}</option>
        {[...once].map((id) => (
          <option key={id} value={id}>
            {named(lang, data?.refs[id]).text}
          </option>
        ))}
      </select>
    </div>
  );
}

/* The table of the risk that is drawn. */
export function RiskTables({ risk, risks }: { risk: Risk; risks: Risks }) {
  const t = useText();
  const x = t.networkViews;
  const leads = {
    articulation: t.health.articulationLead,
    bridges: t.health.bridgesLead,
    persons: x.personsLead,
    needs: x.needsLead,
  };
  return (
    <Section
      id="net-risk"
      title={x.risks[risk]}
      className="network-table"
      aside={
        <Link className="button small no-print" to={risk === 'persons' ? '/continuity' : '/health'}>
          {risk === 'persons' ? t.continuity.title : x.more}
        </Link>
      }>
      <p className="section-lead">{leads[risk]}</p>
      {risk === 'articulation' && <Shown query={risks.health}>{(h) => <ArticulationTable h={h} />}</Shown>}
      {risk === 'bridges' && <Shown query={risks.health}>{(h) => <BridgeTable h={h} />}</Shown>}
      {risk === 'persons' && <Shown query={risks.persons}>{(k) => <PersonTable k={k} />}</Shown>}
      {risk === 'needs' && (
        <Shown query={risks.dependence}>
          {(d) => <DependenceTable d={{ ...d, items: d.items.filter((i) => i.needs.length > 0) }} />}
        </Shown>
      )}
    </Section>
  );
}
