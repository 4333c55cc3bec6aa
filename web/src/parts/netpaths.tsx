/* A chain of introductions in the network: which one is drawn, its actors and ties picked out, and the
 * same as a table, tie by tie. */
import { useMemo, type ReactNode } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import { num, percent } from '../lib/format.ts';
import type { Chain, Introductions } from '../lib/nurture.ts';
import type { Query } from '../lib/query.ts';
import { Link, setSearch, usePlace } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import type { NetEdge, Network, NetNode, Refs } from '../lib/types.ts';
import { IntroductionFilters, useIntroductionQuery } from '../pages/introductions.tsx';
import { BASIS_KINDS, Target } from './chains.tsx';
import { Ago, RefLink, Section, Tag } from './common.tsx';
import { edgeKey, type Marks } from './graph.tsx';
import { Table } from './table.tsx';

type List = 'paths' | 'node' | 'edge';
interface Choice {
  value: string;
  list: List;
  n: number;
  chain: Chain;
}

export interface DrawnPath {
  given: ReturnType<typeof useIntroductionQuery>['given'];
  value: string;
  without: string;
  asked: URLSearchParams;
  query: Query<Introductions>;
  choices: Choice[];
  chosen: string;
  chain?: Chain;
  net: Network;
  marks: Marks | null;
  says: ReactNode;
}

/* The best chains, and behind them the alternatives that are not among them. */
function choicesOf(a: Introductions | undefined): Choice[] {
  if (!a) return [];
  const lists: [List, Chain[]][] = [
    ['paths', a.paths],
    ['node', a.disjoint],
    ['edge', a.edge_disjoint],
  ];
  return lists.flatMap(([list, chains]) =>
    chains
      .map((chain, i) => ({ value: `${list}-${i + 1}`, list, n: i + 1, chain }))
      .filter((c) => list === 'paths' || c.n > 1),
  );
}

/* Actors of the chain who are not around the centre join the drawing, each tied to the one before. */
function withChain(net: Network, chain: Chain | undefined, refs: Refs): Network {
  if (!chain) return net;
  const here = new Set(net.nodes.map((n) => n.id));
  const tied = new Set(net.edges.map((e) => edgeKey(e.source, e.target)));
  const nodes: NetNode[] = chain.actors
    .filter((id) => !here.has(id))
    .map((id) => ({ id, title: refs[id]?.title ?? '', title_fr: refs[id]?.title_fr, degree: 1 }));
  const edges: NetEdge[] = chain.hops.flatMap((h) =>
    h.to && !tied.has(edgeKey(h.from, h.to))
      ? [{ source: h.from, target: h.to, relationship: h.record, trust: h.strength }]
      : [],
  );
  return { ...net, nodes: [...net.nodes, ...nodes], edges: [...net.edges, ...edges] };
}

const marksOf = (chain: Chain): Marks => ({
  tone: 'path',
  nodes: new Set(chain.actors),
  edges: new Set(chain.hops.flatMap((h) => (h.to ? [edgeKey(h.from, h.to)] : []))),
});

export function useDrawnPath(net: Network): DrawnPath {
  const t = useText();
  const lang = useLang();
  const { search } = usePlace();
  const asked = useIntroductionQuery();
  const answer = asked.query.data;
  const choices = choicesOf(answer);
  const wanted = search.get('chain') ?? '';
  const found = choices.find((c) => c.value === wanted) ?? choices[0];
  const chain = found?.chain;
  const drawn = useMemo(
    () => ({
      net: withChain(net, chain, answer?.refs ?? {}),
      marks: chain ? marksOf(chain) : null,
    }),
    [net, chain, answer],
  );
  const x = t.networkViews;
  const says = chain && (
    <>
      <p className="mark-key mark-path">{x.pathKey}</p>
      <p className="muted small-text">
        {x.pathSays(num(lang, chain.hops.length), chain.hops.length, percent(lang, chain.probability))}
      </p>
    </>
  );
  return { ...asked, choices, chosen: found?.value ?? '', chain, ...drawn, says };
}

/* For whom, not through whom, and which of the chains. */
export function PathChooser({ drawn }: { drawn: DrawnPath }) {
  const t = useText();
  const lang = useLang();
  const x = t.networkViews;
  return (
    <IntroductionFilters given={drawn.given} value={drawn.value} without={drawn.without}>
      {drawn.choices.length > 0 && (
        <div className="filter">
          <label htmlFor="net-chain">{x.chain}</label>
          <select
            id="net-chain"
            value={drawn.chosen}
            onChange={(e) => setSearch({ chain: e.target.value === 'paths-1' ? undefined : e.target.value })}>
            {drawn.choices.map((c) => (
              <option key={c.value} value={c.value}>
                {x.chainText(x.chains[c.list], num(lang, c.n), percent(lang, c.chain.probability))}
              </option>
            ))}
          </select>
        </div>
      )}
    </IntroductionFilters>
  );
}

export function PathTable({ a, drawn }: { a: Introductions; drawn: DrawnPath }) {
  const t = useText();
  const lang = useLang();
  const { path } = useKinds();
  const x = t.networkViews;
  const chain = drawn.chain;
  if (!chain) return null;
  return (
    <Section
      id="net-path"
      title={x.path}
      className="network-table"
      count={chain.hops.length}
      aside={
        <Link className="button small no-print" to={`/introductions?${drawn.asked.toString()}`}>
          {x.compare}
        </Link>
      }>
      <Table label={x.path} className="table slim">
        <thead>
          <tr>
            <th scope="col" className="num">
              {x.step}
            </th>
            <th scope="col">{x.from}</th>
            <th scope="col">{x.to}</th>
            <th scope="col" className="num">
              {x.strength}
            </th>
            <th scope="col">{x.basis}</th>
            <th scope="col">{x.contact}</th>
          </tr>
        </thead>
        <tbody>
          {chain.hops.map((h, i) => (
            <tr key={i}>
              <td className="num">{num(lang, i + 1)}</td>
              <td>
                <RefLink id={h.from} />
              </td>
              <th scope="row">{h.to ? <RefLink id={h.to} /> : <Target a={a} />}</th>
              <td className="num">
                {percent(lang, h.strength)}{' '}
                {chain.hops.length > 1 && i === chain.weakest && (
                  <Tag tone="warn">{t.introductions.weakest}</Tag>
                )}
              </td>
              <td>
                <Link to={path(BASIS_KINDS[h.basis], h.record)}>{t.introductions.bases[h.basis]}</Link>
              </td>
              <td>{h.last_contact && <Ago at={h.last_contact} />}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}
