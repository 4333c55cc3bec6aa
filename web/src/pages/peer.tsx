/* One peer: what it has, what it would newly get and what is held back and why; sending and taking. */
import { useState } from 'react';
import { named, useLang, useText } from '../i18n/index.ts';
import {
  says,
  type Difference,
  type Held,
  type Moving,
  type Peer,
  type Preview,
} from '../lib/exchange.ts';
import { num } from '../lib/format.ts';
import { lookAs } from '../lib/partner.ts';
import { useQuery } from '../lib/query.ts';
import { Link, useHref } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import { Failed, Loading, MarkingTag, PageHead, RefLink, Section, Shown, Tag } from '../parts/common.tsx';
import { Box } from '../parts/dialog.tsx';
import { ExchangeLog, useLog } from '../parts/exchangelog.tsx';
import { Icon } from '../parts/icons.tsx';
import { ClearanceText, LabelText, useLabelWords } from '../parts/label.tsx';
import { Confirm, Send, Standing } from '../parts/peeract.tsx';
import { PeerForm } from '../parts/peerform.tsx';
import { PeerReleases } from '../parts/releases.tsx';
import { pluralTitle } from '../parts/shell.tsx';
import { Table, useFold } from '../parts/table.tsx';
import { TakeBundle, TakeReceipt } from '../parts/takebundle.tsx';
import { Whose } from '../parts/whose.tsx';
import { Fingerprint, PEER_TONES } from './exchange.tsx';

function RecordName({ r }: { r: { record: string; kind?: string; title?: string; title_fr?: string } }) {
  const lang = useLang();
  const { path } = useKinds();
  const name = named(lang, r);
  const text = <span lang={name.lang}>{name.text || r.record}</span>;
  return r.kind && name.text ? <Link to={path(r.kind, r.record)}>{text}</Link> : text;
}

function Movings({ title, items, count }: { title: string; items: Moving[]; count: number }) {
  const t = useText();
  const lang = useLang();
  const kinds = useKinds();
  const { shown, control } = useFold(items, 10);
  if (count === 0) return null;
  return (
    <>
      <h3 className="sub">
        {title} <span className="count">{num(lang, count)}</span>
      </h3>
      <Table label={title} className="table slim">
        <thead>
          <tr>
            <th scope="col">{t.records.record}</th>
            <th scope="col">{t.exchange.kind}</th>
            <th scope="col">{t.exchange.operation}</th>
            <th scope="col">{t.records.marking}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((m) => (
            <tr key={m.record}>
              <th scope="row">
                <RecordName r={m} /> <Whose of={m} />
              </th>
              <td>{m.kind && kinds.title(m.kind)}</td>
              <td>{t.exchange.operations[m.operation]}</td>
              <td>
                <MarkingTag value={m.marking} />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      {control}
    </>
  );
}

function Next({ peer, query }: { peer: Peer; query: ReturnType<typeof useQuery<Preview>> }) {
  const t = useText();
  const lang = useLang();
  const x = t.exchange;
  return (
    <Shown query={query}>
      {(p) => {
        const nothing = p.counts.new + p.counts.changed + p.counts.withdrawn === 0;
        return (
          <>
            <p className="next-mark">
              {x.nextIs(num(lang, p.number), num(lang, p.base))} {!nothing && <MarkingTag value={p.marking} />}
            </p>
            {nothing && <p className="none">{x.nextNothing}</p>}
            {p.more && <p className="note">{x.moreToSend}</p>}
            <Movings title={x.newOnes} items={p.new} count={p.counts.new} />
            <Movings title={x.changedOnes} items={p.changed} count={p.counts.changed} />
            <Movings title={x.withdrawnOnes} items={p.withdrawn} count={p.counts.withdrawn} />
            <Send peer={peer} number={p.number} nothing={nothing} />
          </>
        );
      }}
    </Shown>
  );
}

/* What the partner lacks, in the policy's own words for it. */
function Lacking({ i, value }: { i: Held; value: string }) {
  const t = useText();
  const words = useLabelWords();
  const { restrictive, permissive } = words.policy;
  const all = [...restrictive, ...permissive];
  const said = i.tag
    ? [words.tag(all, i.tag), words.value(all, i.tag, value)].join(t.app.colon)
    : i.why === 'class'
      ? words.level(value)
      : value;
  return <span className="muted"> {said}</span>;
}

function HeldRows({ items, count, title }: { items: Held[]; count: number; title: string }) {
  const t = useText();
  const lang = useLang();
  const kinds = useKinds();
  const { shown, control } = useFold(items, 10);
  const why = items.some((i) => i.why || i.reason);
  if (items.length === 0) return <p className="none">{t.app.none}</p>;
  return (
    <>
      <Table label={title} className="table slim">
        <thead>
          <tr>
            <th scope="col">{t.records.record}</th>
            <th scope="col">{t.exchange.kind}</th>
            <th scope="col">{t.records.label}</th>
            {why && <th scope="col">{t.exchange.why}</th>}
          </tr>
        </thead>
        <tbody>
          {shown.map((i) => (
            <tr key={i.record}>
              <th scope="row">
                <RecordName r={i} /> <Whose of={i} />
              </th>
              <td>{kinds.title(i.kind)}</td>
              <td>
                <LabelText label={i.label} />
              </td>
              {why && (
                <td>
                  {says(lang, i)}
                  {i.value && <Lacking i={i} value={i.value} />}{' '}
                  {i.has && <Tag tone="warn">{t.exchange.stillHas}</Tag>}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </Table>
      {control}
      {count > items.length && <p className="muted small-text">{t.exchange.ofAll(num(lang, items.length), num(lang, count))}</p>}
    </>
  );
}

function Reading({ peer }: { peer: Peer }) {
  const t = useText();
  const x = t.exchange;
  const asked = peer.clearance && peer.state !== 'ended';
  const preview = useQuery<Preview>(peer.state === 'confirmed' ? `/peers/${peer.id}/preview` : null);
  const difference = useQuery<Difference>(asked ? `/peers/${peer.id}/difference` : null, { limit: 200 });
  if (!asked)
    return (
      <>
        <p className="note note-warn">{x.noClearanceLong}</p>
        {/* What it had is taken back. */}
        {preview.data && (
          <Section id="next" title={x.next} className="card">
            <Next peer={peer} query={preview} />
          </Section>
        )}
      </>
    );
  const d = difference.data;
  const held = [...(preview.data?.held_back ?? []), ...(d?.held_back.items ?? [])].filter(
    (h, i, all) => all.findIndex((o) => o.record === h.record) === i,
  );
  return (
    <>
      {peer.state === 'confirmed' && (
        <Section id="next" title={x.next} className="card">
          <Next peer={peer} query={preview} />
        </Section>
      )}
      {difference.error && !d ? <Failed error={difference.error} retry={difference.reload} /> : null}
      {difference.loading && !d ? <Loading /> : null}
      {d && (
        <>
          {d.narrowed && <p className="note note-warn">{x.narrowed}</p>}
          {peer.state !== 'confirmed' && (
            <Section id="would" title={x.wouldGet} count={d.would_get.count} className="card">
              <HeldRows items={d.would_get.items} count={d.would_get.count} title={x.wouldGet} />
            </Section>
          )}
          <Section id="held" title={x.heldBack} count={Math.max(d.held_back.count, held.length)} className="card">
            <p className="section-lead">{x.heldBackLead}</p>
            <HeldRows items={held} count={Math.max(d.held_back.count, held.length)} title={x.heldBack} />
          </Section>
          <Section id="has" title={x.theyHave} count={d.has.count} className="card">
            <p className="section-lead">{x.theyHaveLead}</p>
            <HeldRows items={d.has.items} count={d.has.count} title={x.theyHave} />
          </Section>
        </>
      )}
    </>
  );
}

function Facts({ peer }: { peer: Peer }) {
  const t = useText();
  const lang = useLang();
  const x = t.exchange;
  const { byName } = useKinds();
  const kindsText = (all: string[] | undefined) =>
    all?.length
      ? all
          .map((k) => byName(k))
          .map((k) => k && pluralTitle(k, lang))
          .join(', ')
      : t.app.all;
  const facts: [string, React.ReactNode][] = [
    [x.actor, peer.actor && <RefLink id={peer.actor} />],
    [x.clearance, peer.clearance ? <ClearanceText clearance={peer.clearance} /> : x.noClearance],
    [x.kindsOut, kindsText(peer.kinds_out)],
    [x.kindsIn, kindsText(peer.kinds_in)],
    [x.url, peer.url && <span className="mono">{peer.url}</span>],
    [x.pin, peer.tls_pin && <span className="mono">{peer.tls_pin}</span>],
    [x.instance, <span className="mono">{peer.instance}</span>],
  ];
  return (
    <div className="card">
      {/* Before it is confirmed nobody is to read here what must be heard. */}
      {peer.state === 'met' ? (
        <h2>{x.agreed}</h2>
      ) : (
        <>
          <h2>{x.fingerprintOf(peer.name)}</h2>
          <Fingerprint value={peer.fingerprint} />
        </>
      )}
      <dl className="facts">
        {facts
          .filter(([, v]) => v)
          .map(([k, v]) => (
            <div key={k}>
              <dt>{k}</dt>
              <dd>{v}</dd>
            </div>
          ))}
      </dl>
    </div>
  );
}

function Body({ peer, etag }: { peer: Peer; etag: string }) {
  const t = useText();
  const x = t.exchange;
  const href = useHref();
  const [editing, setEditing] = useState(false);
  const log = useLog(peer.id);
  const open = peer.state !== 'ended';
  return (
    <>
      <PageHead
        title={peer.name}
        kicker={<Link to="/exchange">{x.title}</Link>}
        lead={
          <>
            <Tag tone={PEER_TONES[peer.state]}>{x.peerStates[peer.state]}</Tag> {x.peerStateHelp[peer.state]}
          </>
        }>
        {open && peer.clearance && (
          <button
            type="button"
            className="button"
            onClick={() => lookAs({ id: peer.id, name: peer.name }, href('/'))}>
            <Icon name="eye" />
            {t.asPartner.as(peer.name)}
          </button>
        )}
        {open && (
          <button type="button" className="button" onClick={() => setEditing(true)}>
            <Icon name="edit" />
            {t.app.edit}
          </button>
        )}
        <Standing peer={peer} etag={etag} />
      </PageHead>
      <div className="stack">
        {(peer.state === 'met' || peer.state === 'suspended') && (
          <Section id="confirm" title={x.confirmTitle(peer.name)} className="card no-print">
            <Confirm peer={peer} />
          </Section>
        )}
        <Reading peer={peer} />
        {peer.state === 'confirmed' && (
          <div className="split-even">
            <TakeBundle />
            <TakeReceipt />
          </div>
        )}
        <PeerReleases id={peer.id} />
        <ExchangeLog log={log} />
        <Facts peer={peer} />
      </div>
      <Box open={editing} onClose={() => setEditing(false)} title={x.editPeer(peer.name)} wide>
        {editing && <PeerForm peer={peer} etag={etag} onDone={() => setEditing(false)} />}
      </Box>
    </>
  );
}

export function PeerPage({ id }: { id: string }) {
  const query = useQuery<Peer>(`/peers/${id}`);
  return <Shown query={query}>{(p) => <Body peer={p} etag={query.etag} />}</Shown>;
}
