/* The network as a drawing, and as tables of the same: the relationships around one actor and their trust;
 * a chain of introductions in it; where it would break; and, as a matrix, what it covers. */
import { useState, type ReactNode } from 'react';
import { named, useLang, useText } from '../i18n/index.ts';
import { collator, num } from '../lib/format.ts';
import type { Coverage } from '../lib/nurture.ts';
import { useQuery } from '../lib/query.ts';
import { Link, setSearch, useGo, usePlace } from '../lib/router.tsx';
import { useKinds, useSession } from '../lib/session.tsx';
import type { Network as Net, NetNode } from '../lib/types.ts';
import { CoverageView } from '../parts/coverage.tsx';
import { Empty, PageHead, Section, Shown } from '../parts/common.tsx';
import { Segments } from '../parts/explain.tsx';
import { Frame } from '../parts/frame.tsx';
import { Graph, type Marks } from '../parts/graph.tsx';
import { Icon } from '../parts/icons.tsx';
import { EdgeTable, Value } from '../parts/netedges.tsx';
import { PathChooser, PathTable, useDrawnPath } from '../parts/netpaths.tsx';
import { PersonChooser, RISKS, RiskTables, useRisks, type Risk } from '../parts/netrisks.tsx';
import { RefPicker, remember } from '../parts/picker.tsx';
import { TrustLegend } from '../parts/trust.tsx';
import { Whose } from '../parts/whose.tsx';

function Selected({
  node,
  net,
  centre,
  onCentre,
}: {
  node: NetNode;
  net: Net;
  centre: string;
  onCentre: (id: string) => void;
}) {
  const t = useText();
  const lang = useLang();
  const { word } = useKinds();
  const name = named(lang, node);
  const edge = net.edges.find(
    (e) => (e.source === centre && e.target === node.id) || (e.target === centre && e.source === node.id),
  );
  const degree = net.edges.filter((e) => e.source === node.id || e.target === node.id).length;
  return (
    <>
      <h2 lang={name.lang}>{name.text}</h2>
      <Whose of={node} />
      <p className="row-sub">
        {[
          word('actor', 'nature', node.nature),
          word('actor', 'audience', node.audience),
          node.home ? t.network.home : '',
          t.network.links(num(lang, degree), degree),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {edge && node.id !== centre && (
        <dl className="pair">
          <div>
            <dt>{t.network.trust}</dt>
            <dd>
              <Value v={edge.trust} />
            </dd>
          </div>
          <div>
            <dt>{t.network.earned}</dt>
            <dd>
              <Value v={edge.earned} />
            </dd>
          </div>
        </dl>
      )}
      <div className="page-actions">
        <Link className="button small" to={`/partners/${node.id}`}>
          {t.network.open}
        </Link>
        {!node.home && (
          <Link className="button small" to={`/introductions?to=${node.id}`}>
            {t.introductions.who}
          </Link>
        )}
        {node.id !== centre && (
          <button type="button" className="button small" onClick={() => onCentre(node.id)}>
            {t.network.centreHere}
          </button>
        )}
      </div>
    </>
  );
}

const VIEWS = ['trust', 'paths', 'risks', 'coverage'] as const;
type View = (typeof VIEWS)[number];

/* The drawing, what is chosen in it, and below it the tables of the view. */
function Body({
  net,
  centre,
  marks,
  says,
  children,
}: {
  net: Net;
  centre: string;
  marks: Marks | null;
  says?: ReactNode;
  children: (chosen: string | null) => ReactNode;
}) {
  const t = useText();
  const lang = useLang();
  const goTo = useGo();
  const [chosen, setChosen] = useState<string | null>(null);
  const [find, setFind] = useState('');
  const node = net.nodes.find((n) => n.id === chosen);
  const onCentre = (id: string) => {
    const n = net.nodes.find((x) => x.id === id);
    if (n) remember({ id, title: named(lang, n).text });
    setChosen(null);
    setSearch({ center: id });
  };
  const onFind = (text: string) => {
    setFind(text);
    const hit = net.nodes.find(
      (n) => named(lang, n).text.toLocaleLowerCase(lang) === text.trim().toLocaleLowerCase(lang),
    );
    if (hit) setChosen(hit.id);
  };
  const order = collator(lang);
  return (
    <>
      {net.truncated && <p className="note note-warn">{t.network.truncated}</p>}
      <div className="network card">
        <Graph
          net={net}
          centre={centre}
          chosen={chosen}
          marks={marks}
          onChoose={setChosen}
          onOpen={(id) => goTo(`/partners/${id}`)}
          onCentre={onCentre}
          describedBy="graph-help"
        />
        <div className="network-side">
          <div className="filter">
            <label htmlFor="net-find">{t.network.find}</label>
            <input
              id="net-find"
              list="net-names"
              value={find}
              onChange={(e) => onFind(e.target.value)}
              autoComplete="off"
            />
            <datalist id="net-names">
              {net.nodes
                .map((n) => named(lang, n).text)
                .sort(order.compare)
                .map((n) => (
                  <option key={n} value={n} />
                ))}
            </datalist>
          </div>
          <div className="network-selected" aria-live="polite">
            {node ? (
              <Selected node={node} net={net} centre={centre} onCentre={onCentre} />
            ) : (
              <p className="muted">
                {t.network.counts(num(lang, net.nodes.length), num(lang, net.edges.length))}
              </p>
            )}
          </div>
          {marks ? <div className="mark-legend">{says}</div> : <TrustLegend />}
          <p className="muted small-text" id="graph-help">
            {t.network.graphHelp}
          </p>
        </div>
      </div>
      {children(chosen)}
    </>
  );
}

function TrustView({ net, centre }: { net: Net; centre: string }) {
  const t = useText();
  if (net.edges.length === 0) return <Empty title={t.network.empty} icon="network" />;
  return (
    <Body net={net} centre={centre} marks={null}>
      {(chosen) => (
        <Section id="net-table" title={t.network.table} className="network-table" count={net.edges.length}>
          <EdgeTable net={net} chosen={chosen} />
        </Section>
      )}
    </Body>
  );
}

function PathsView({ net, centre }: { net: Net; centre: string }) {
  const t = useText();
  const drawn = useDrawnPath(net);
  const x = t.networkViews;
  if (!drawn.given)
    return (
      <>
        <PathChooser drawn={drawn} />
        <Empty title={x.choosePath} icon="network">
          <p>{x.choosePathHelp}</p>
        </Empty>
      </>
    );
  return (
    <>
      <PathChooser drawn={drawn} />
      <Shown query={drawn.query}>
        {(a) =>
          drawn.chain ? (
            <Body net={drawn.net} centre={centre} marks={drawn.marks} says={drawn.says}>
              {() => <PathTable a={a} drawn={drawn} />}
            </Body>
          ) : (
            <Empty title={a.none_reason ? t.introductions.reasons[a.none_reason] : t.introductions.none} icon="network" />
          )
        }
      </Shown>
    </>
  );
}

function RisksView({ net, centre }: { net: Net; centre: string }) {
  const t = useText();
  const { search } = usePlace();
  const risk = RISKS.find((r) => r === search.get('risk')) ?? 'articulation';
  const risks = useRisks(net, risk, search.get('person') ?? '');
  const x = t.networkViews;
  return (
    <>
      <div className="filters">
        <Segments
          label={x.risk}
          value={risk}
          onChange={(v: Risk) => setSearch({ risk: v === 'articulation' ? undefined : v })}
          options={RISKS.map((v) => ({ value: v, text: x.risks[v] }))}
        />
        {risk === 'persons' && <PersonChooser risks={risks} />}
      </div>
      <Body net={net} centre={centre} marks={risks.marks} says={risks.says}>
        {() => <RiskTables risk={risk} risks={risks} />}
      </Body>
    </>
  );
}

function CoverageTab() {
  const t = useText();
  const coverage = useQuery<Coverage>('/coverage');
  return (
    <Section id="coverage" title={t.health.coverage} className="card">
      <p className="section-lead">{t.health.coverageLead}</p>
      <Shown query={coverage}>{(c) => <CoverageView c={c} />}</Shown>
    </Section>
  );
}

/* What is drawn, whose network, and how far. */
function Controls({ view, centre, depth }: { view: View; centre: string; depth: string }) {
  const t = useText();
  const { me } = useSession();
  const x = t.networkViews;
  return (
    <div className="filters">
      <Segments
        label={x.view}
        value={view}
        onChange={(v) => setSearch({ view: v === 'trust' ? undefined : v })}
        options={VIEWS.map((v) => ({ value: v, text: x.views[v] }))}
      />
      {view !== 'coverage' && (
        <>
          <div className="network-centre">
            <Frame id="net-centre" label={t.network.centre}>
              {(ids) => (
                <RefPicker
                  ids={ids}
                  label={t.network.centre}
                  target="actor"
                  value={centre}
                  onChange={(id) => {
                    if (id) setSearch({ center: id === me.home?.id ? undefined : id });
                  }}
                />
              )}
            </Frame>
          </div>
          <Segments
            label={t.network.depth}
            value={depth}
            onChange={(v) => setSearch({ depth: v === '2' ? '2' : undefined })}
            options={[
              { value: '1', text: t.network.depth1 },
              { value: '2', text: t.network.depth2 },
            ]}
          />
        </>
      )}
    </div>
  );
}

export function NetworkPage() {
  const t = useText();
  const lang = useLang();
  const { me } = useSession();
  const { search } = usePlace();
  const view: View = VIEWS.find((v) => v === search.get('view')) ?? 'trust';
  const centre = search.get('center') || me.home?.id || '';
  const depth = search.get('depth') === '2' ? '2' : '1';
  const query = useQuery<Net>(view === 'coverage' ? null : '/network', {
    center: centre,
    depth,
    as_of: search.get('as_of') ?? '',
  });
  const here = query.data?.nodes.find((n) => n.id === centre);
  if (me.home) remember({ id: me.home.id, title: named(lang, me.home).text });
  if (here) remember({ id: here.id, title: named(lang, here).text });
  const x = t.networkViews;
  const shown = { trust: TrustView, paths: PathsView, risks: RisksView };
  return (
    <>
      <PageHead title={t.network.title} lead={view === 'trust' ? t.network.lead : x.leads[view]}>
        <Link to="/introductions" className="button no-print">
          <Icon name="partners" />
          {t.introductions.title}
        </Link>
      </PageHead>
      <Controls view={view} centre={centre} depth={depth} />
      {view === 'coverage' ? (
        <CoverageTab />
      ) : (
        <Shown query={query}>
          {(net) => {
            const View = shown[view];
            return <View net={net} centre={centre} />;
          }}
        </Shown>
      )}
    </>
  );
}
