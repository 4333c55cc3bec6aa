/* Who can introduce us: chains of ties to an actor, or to whoever gives access to a region, a capability
 * or a topic; each tie with its strength and its record, and alternatives beside the best. */
import { useState } from 'react';
import { named, useLang, useText } from '../i18n/index.ts';
import { num, percent } from '../lib/format.ts';
import type { Chain, Hop, Introductions } from '../lib/nurture.ts';
import { useQuery } from '../lib/query.ts';
import { regionName } from '../lib/regions.ts';
import { Link, setSearch, usePlace } from '../lib/router.tsx';
import { useKinds, useMay } from '../lib/session.tsx';
import { AskIntroduction } from '../parts/askintro.tsx';
import { Ago, Empty, PageHead, RefLink, RefName, Section, Shown, Tag } from '../parts/common.tsx';
import { Segments } from '../parts/explain.tsx';
import { Frame, type FieldIds } from '../parts/frame.tsx';
import { RefPicker } from '../parts/picker.tsx';
import { RegionInput } from '../parts/typed.tsx';
import { useTyped } from './partners.tsx';

const WHATS = ['to', 'region', 'capability', 'topic'] as const;
type What = (typeof WHATS)[number];
const RECORDS = { relationship: 'relationship', posting: 'posting', unit: 'actor', access: 'access' };

/* The tie as the reader checks it: its strength, what it rests on, and the record of that. */
function Tie({ hop, weakest }: { hop: Hop; weakest: boolean }) {
  const t = useText();
  const lang = useLang();
  const { path } = useKinds();
  return (
    <span className={'tie' + (weakest ? ' tie-weak' : '')}>
      <strong>{percent(lang, hop.strength)}</strong>
      <Link to={path(RECORDS[hop.basis], hop.record)}>{t.introductions.bases[hop.basis]}</Link>
      {weakest && <span className="muted">{t.introductions.weakest}</span>}
      {hop.dormant && <Tag tone="warn">{t.introductions.dormant}</Tag>}
      {hop.last_contact && (
        <span className="muted">
          {t.introductions.lastContact} <Ago at={hop.last_contact} />
        </span>
      )}
    </span>
  );
}

/* What is asked for, in the reader's words: the last link of a chain that ends in an access. */
function Target({ a }: { a: Introductions }) {
  const lang = useLang();
  const x = a.target;
  if (x.record) return <RefName id={x.record} />;
  if (x.what === 'region' && x.text) return <>{regionName(lang, x.text)}</>;
  return <>{named(lang, { title: x.name ?? x.text, title_fr: x.name_fr }).text}</>;
}

function ChainView({ a, c, n, onAsk }: { a: Introductions; c: Chain; n: number; onAsk?: (c: Chain) => void }) {
  const t = useText();
  const lang = useLang();
  const { path } = useKinds();
  const x = t.introductions;
  const first = c.hops[0];
  return (
    <li className="chain">
      <div className="chain-head">
        <h3>
          {x.chain(num(lang, n))} <span className="muted">· {x.chance}</span> {percent(lang, c.probability)}
        </h3>
        {onAsk && c.actors.length > 2 && (
          <button type="button" className="button small no-print" onClick={() => onAsk(c)}>
            {x.ask}
          </button>
        )}
      </div>
      <ol className="chain-steps">
        {first && (
          <li>
            <span className="chain-actor">
              <RefLink id={first.from} />
            </span>
          </li>
        )}
        {c.hops.map((h, i) => (
          <li key={i}>
            <Tie hop={h} weakest={c.hops.length > 1 && i === c.weakest} />
            <span className="chain-actor">{h.to ? <RefLink id={h.to} /> : <Target a={a} />}</span>
          </li>
        ))}
      </ol>
      {c.gives && (
        <p className="row-sub">
          <RefName id={c.actors[c.actors.length - 1]} />{' '}
          <Link to={path(c.gives.basis === 'offer' ? 'offer' : 'actor', c.gives.record)}>
            {x.gives[c.gives.basis]}
          </Link>
        </p>
      )}
      {c.hops.length === 1 && first?.to && <p className="row-sub">{x.direct}</p>}
    </li>
  );
}

function Body({ a }: { a: Introductions }) {
  const t = useText();
  const write = useMay('write');
  const [asking, setAsking] = useState<Chain | null>(null);
  const x = t.introductions;
  const onAsk = write ? setAsking : undefined;
  const others = a.disjoint.slice(1);
  if (a.paths.length === 0)
    return (
      <Empty title={a.none_reason ? x.reasons[a.none_reason] : x.none} icon="network">
        {a.none_reason !== 'self' && a.none_reason !== 'ended' && <p>{x.noneHelp}</p>}
      </Empty>
    );
  const list = (chains: Chain[]) => (
    <ol className="chains">
      {chains.map((c, i) => (
        <ChainView key={c.actors.join() + i} a={a} c={c} n={i + 1} onAsk={onAsk} />
      ))}
    </ol>
  );
  return (
    <div className="stack">
      <Section id="paths" title={x.paths} className="card" count={a.paths.length}>
        <p className="section-lead">{x.pathsLead}</p>
        {list(a.paths)}
      </Section>
      {others.length > 0 && (
        <Section id="disjoint" title={x.disjoint} className="card" count={others.length}>
          <p className="section-lead">{x.disjointLead}</p>
          {list(others)}
        </Section>
      )}
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

function Field({ what, value, onChange }: { what: What; value: string; onChange: (v: string) => void }) {
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

export function IntroductionsPage() {
  const t = useText();
  const { search } = usePlace();
  const given = WHATS.find((w) => search.get(w));
  const [chosen, setChosen] = useState<What>('to');
  const what = given ?? chosen;
  const value = given ? (search.get(given) ?? '') : '';
  const query = useQuery<Introductions>(given ? '/introductions' : null, given ? { [given]: value, k: 5 } : {});
  const x = t.introductions;
  const onWhat = (w: What) => {
    setChosen(w);
    setSearch(Object.fromEntries(WHATS.map((name) => [name, undefined])));
  };
  return (
    <>
      <PageHead title={x.title} lead={x.lead} />
      <div className="filters">
        <Segments
          label={x.what}
          value={what}
          onChange={onWhat}
          options={WHATS.map((w) => ({ value: w, text: x.whats[w] }))}
        />
        <div className="network-centre">
          <Field key={what} what={what} value={value} onChange={(v) => setSearch({ [what]: v || undefined })} />
        </div>
      </div>
      {given ? (
        <Shown query={query}>{(a) => <Body a={a} />}</Shown>
      ) : (
        <Empty title={x.choose} icon="network">
          <p>{x.chooseHelp}</p>
        </Empty>
      )}
    </>
  );
}
