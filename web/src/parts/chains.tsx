/* A chain of ties as the reader checks it: who, how strong, on which record. */
import type { ReactNode } from 'react';
import { named, useLang, useText } from '../i18n/index.ts';
import { num, percent } from '../lib/format.ts';
import type { Chain, Hop, Introductions } from '../lib/nurture.ts';
import { regionName } from '../lib/regions.ts';
import { Link } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import { Ago, RefLink, RefName, Tag } from './common.tsx';

/* The kind of record that a tie rests on. */
export const BASIS_KINDS = {
  relationship: 'relationship',
  posting: 'posting',
  unit: 'actor',
  membership: 'membership',
  access: 'access',
};

/* The tie as the reader checks it: its strength, what it rests on, and the record of that. */
function Tie({ hop, weakest }: { hop: Hop; weakest: boolean }) {
  const t = useText();
  const lang = useLang();
  const { path } = useKinds();
  return (
    <span className={'tie' + (weakest ? ' tie-weak' : '')}>
      <strong>{percent(lang, hop.strength)}</strong>
      <Link to={path(BASIS_KINDS[hop.basis], hop.record)}>{t.introductions.bases[hop.basis]}</Link>
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
export function Target({ a }: { a: Introductions }) {
  const lang = useLang();
  const x = a.target;
  if (x.record) return <RefName id={x.record} />;
  if (x.what === 'region' && x.text) return <>{regionName(lang, x.text)}</>;
  return <>{named(lang, { title: x.name ?? x.text, title_fr: x.name_fr }).text}</>;
}

export function ChainSteps({ a, c }: { a?: Introductions; c: Chain }) {
  const first = c.hops[0];
  return (
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
          <span className="chain-actor">{h.to ? <RefLink id={h.to} /> : a && <Target a={a} />}</span>
        </li>
      ))}
    </ol>
  );
}

/* The same in one line, for a table. */
export function ChainLine({ c }: { c: Chain }) {
  const lang = useLang();
  return (
    <span className="chain-line">
      {c.actors.map((id, i) => (
        <span key={id}>
          {i > 0 && <span className="muted"> → </span>}
          <RefLink id={id} />
        </span>
      ))}{' '}
      <strong className="nowrap">{percent(lang, c.probability)}</strong>
    </span>
  );
}

/* a: the answer that it is of, when it ends in a thing. */
export function ChainView({
  a,
  c,
  n,
  children,
}: {
  a?: Introductions;
  c: Chain;
  n: number;
  children?: ReactNode;
}) {
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
        {children && <span className="chain-tools no-print">{children}</span>}
      </div>
      <ChainSteps a={a} c={c} />
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
