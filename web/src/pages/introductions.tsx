/* Who can introduce us: chains of ties to an actor, or to whoever gives access to a region, a capability
 * or a topic; each tie with its strength and its record, and alternatives beside the best. */
import { useState, type ReactNode } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import { num } from '../lib/format.ts';
import type { Chain, Introductions } from '../lib/nurture.ts';
import { useQuery } from '../lib/query.ts';
import { Link, setSearch, usePlace } from '../lib/router.tsx';
import { useMay } from '../lib/session.tsx';
import { AskIntroduction } from '../parts/askintro.tsx';
import { ChainView } from '../parts/chains.tsx';
import { Empty, PageHead, Section, Shown } from '../parts/common.tsx';
import { Segments } from '../parts/explain.tsx';
import { Frame, type FieldIds } from '../parts/frame.tsx';
import { RefPicker } from '../parts/picker.tsx';
import { RegionInput } from '../parts/typed.tsx';
import { useTyped } from './partners.tsx';

const WHATS = ['to', 'region', 'capability', 'topic'] as const;
type What = (typeof WHATS)[number];
const DISJOINT = ['node', 'edge'] as const;
type Disjoint = (typeof DISJOINT)[number];

function Body({ a, given, disjoint }: { a: Introductions; given: URLSearchParams; disjoint: Disjoint }) {
  const t = useText();
  const lang = useLang();
  const write = useMay('write');
  const [asking, setAsking] = useState<Chain | null>(null);
  const x = t.introductions;
  const others = (disjoint === 'edge' ? a.edge_disjoint : a.disjoint).slice(1);
  if (a.paths.length === 0)
    return (
      <Empty title={a.none_reason ? x.reasons[a.none_reason] : x.none} icon="network">
        {a.none_reason !== 'self' && a.none_reason !== 'ended' && <p>{x.noneHelp}</p>}
      </Empty>
    );
  const drawn = (list: 'paths' | Disjoint, i: number) => {
    const search = new URLSearchParams(given);
    search.set('view', 'paths');
    search.set('chain', `${list}-${i + 1}`);
    return `/network?${search.toString()}`;
  };
  const list = (chains: Chain[], of: 'paths' | Disjoint, from: number) => (
    <ol className="chains">
      {chains.map((c, i) => (
        <ChainView key={c.actors.join() + i} a={a} c={c} n={i + 1}>
          <Link
            className="button small"
            to={drawn(of, i + from)}
            aria-label={`${x.draw}: ${x.chain(num(lang, i + 1))}`}>
            {x.draw}
          </Link>
          {write && c.actors.length > 2 && (
            <button type="button" className="button small" onClick={() => setAsking(c)}>
              {x.ask}
            </button>
          )}
        </ChainView>
      ))}
    </ol>
  );
  return (
    <div className="stack">
      <Section id="paths" title={x.paths} className="card" count={a.paths.length}>
        <p className="section-lead">{x.pathsLead}</p>
        {list(a.paths, 'paths', 0)}
      </Section>
      <Section
        id="disjoint"
        title={x.disjoint}
        className="card"
        count={others.length}
        aside={
          <Segments
            label={x.share}
            hideLabel
            value={disjoint}
            onChange={(v) => setSearch({ disjoint: v === 'edge' ? v : undefined })}
            options={DISJOINT.map((v) => ({ value: v, text: x.shares[v] }))}
          />
        }>
        <p className="section-lead">{x.disjointLead[disjoint]}</p>
        {others.length > 0 ? list(others, disjoint, 1) : <p className="none">{x.disjointNone}</p>}
      </Section>
      {asking && <AskIntroduction chain={asking} onClose={() => setAsking(null)} />}
    </div>
  );
}

function Topic({ ids, value, onChange }: { ids: FieldIds; value: string; onChange: (v: string) => void }) {
  const [typed, setTyped] = useTyped(value, onChange, 400);
  return (
    <input {...ids} type="search" value={typed} autoComplete="off" onChange={(e) => setTyped(e.target.value)} />
  );
}

export function IntroductionField({
  what,
  value,
  onChange,
}: {
  what: What;
  value: string;
  onChange: (v: string) => void;
}) {
  const t = useText();
  const label = t.introductions.whats[what];
  return (
    <Frame id={'intro-' + what} label={label}>
      {(ids) =>
        what === 'region' ? (
          <RegionInput ids={ids} value={value} onChange={onChange} />
        ) : what === 'topic' ? (
          <Topic ids={ids} value={value} onChange={onChange} />
        ) : (
          <RefPicker
            ids={ids}
            label={label}
            target={what === 'to' ? 'actor' : 'concept'}
            only={what === 'to' ? undefined : { capability: true }}
            value={value}
            onChange={onChange}
          />
        )
      }
    </Frame>
  );
}

/* What is asked, from the address: for Introductions and for the paths of Network. */
export function useIntroductionQuery() {
  const { search } = usePlace();
  const given = WHATS.find((w) => search.get(w));
  const value = given ? (search.get(given) ?? '') : '';
  const without = search.get('without') ?? '';
  const asked = new URLSearchParams();
  if (given) asked.set(given, value);
  if (without) asked.set('without', without);
  const query = useQuery<Introductions>(
    given ? '/introductions' : null,
    given ? { ...Object.fromEntries(asked), k: 5 } : {},
  );
  return { given, value, without, asked, query };
}

/* For whom, and not through whom. */
export function IntroductionFilters({
  given,
  value,
  without,
  children,
}: {
  given?: What;
  value: string;
  without: string;
  children?: ReactNode;
}) {
  const t = useText();
  const [chosen, setChosen] = useState<What>('to');
  const what = given ?? chosen;
  const x = t.introductions;
  const onWhat = (w: What) => {
    setChosen(w);
    setSearch({ ...Object.fromEntries(WHATS.map((name) => [name, undefined])), chain: undefined });
  };
  return (
    <div className="filters">
      <Segments
        label={x.what}
        value={what}
        onChange={onWhat}
        options={WHATS.map((w) => ({ value: w, text: x.whats[w] }))}
      />
      <div className="network-centre">
        <IntroductionField
          key={what}
          what={what}
          value={value}
          onChange={(v) => setSearch({ [what]: v || undefined, chain: undefined })}
        />
      </div>
      {given && (
        <div className="network-centre">
          <Frame id="intro-without" label={x.without}>
            {(ids) => (
              <RefPicker
                ids={ids}
                label={x.without}
                target="actor"
                value={without}
                onChange={(v) => setSearch({ without: v || undefined, chain: undefined })}
              />
            )}
          </Frame>
        </div>
      )}
      {children}
    </div>
  );
}

export function IntroductionsPage() {
  const t = useText();
  const { search } = usePlace();
  const { given, value, without, asked, query } = useIntroductionQuery();
  const disjoint: Disjoint = search.get('disjoint') === 'edge' ? 'edge' : 'node';
  const x = t.introductions;
  return (
    <>
      <PageHead title={x.title} lead={x.lead} />
      <IntroductionFilters given={given} value={value} without={without} />
      {given ? (
        <Shown query={query}>{(a) => <Body a={a} given={asked} disjoint={disjoint} />}</Shown>
      ) : (
        <Empty title={x.choose} icon="network">
          <p>{x.chooseHelp}</p>
        </Empty>
      )}
    </>
  );
}
