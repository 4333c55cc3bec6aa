/* Exchange with other instances: our card and fingerprint, the peers, and what comes as a file. */
import { useState } from 'react';
import { fileHref } from '../api.ts';
import { named, useLang, useText } from '../i18n/index.ts';
import { fileName, type Log, type Peer, type Peers, type PeerState, type Preview } from '../lib/exchange.ts';
import { num } from '../lib/format.ts';
import { useQuery } from '../lib/query.ts';
import { Link } from '../lib/router.tsx';
import { useSession } from '../lib/session.tsx';
import { Empty, Failed, PageHead, RefLink, Section, Shown, Tag, When } from '../parts/common.tsx';
import { Box } from '../parts/dialog.tsx';
import { ExchangeLog, useLog } from '../parts/exchangelog.tsx';
import { Frame } from '../parts/frame.tsx';
import { Icon } from '../parts/icons.tsx';
import { ClearanceText } from '../parts/label.tsx';
import { PeerForm } from '../parts/peerform.tsx';
import { Table } from '../parts/table.tsx';
import { TakeBundle, TakeReceipt } from '../parts/takebundle.tsx';

/* Large, and in groups: it is read out over the telephone. */
export function Fingerprint({ value }: { value: string }) {
  return (
    <p className="fingerprint">
      {value.split(' ').map((group, i) => (
        <span key={i}>{group} </span>
      ))}
    </p>
  );
}

export const PEER_TONES: Record<PeerState, string> = {
  met: 'warn',
  confirmed: 'good',
  suspended: 'bad',
  ended: '',
};

function OurCard() {
  const t = useText();
  const lang = useLang();
  const x = t.exchange;
  const { me } = useSession();
  const [name, setName] = useState(named(lang, me.home).text);
  const [url, setUrl] = useState('');
  const query = useQuery<{ instance: string; fingerprint: string }>('/exchange/fingerprint');
  return (
    <Section id="card" title={x.ourCard} className="card">
      <p className="section-lead">{x.ourCardLead}</p>
      {query.error ? <Failed error={query.error} retry={query.reload} /> : null}
      {query.data && (
        <>
          <h3>{x.ourFingerprint}</h3>
          <Fingerprint value={query.data.fingerprint} />
          <p className="muted small-text">
            {x.instance}: <span className="mono">{query.data.instance}</span>
          </p>
        </>
      )}
      <div className="form-grid no-print card-form">
        <Frame id="card-name" label={x.cardName}>
          {(ids) => (
            <input {...ids} value={name} autoComplete="off" onChange={(e) => setName(e.target.value)} />
          )}
        </Frame>
        <Frame id="card-url" label={x.cardUrl} help={x.cardUrlHelp}>
          {(ids) => <input {...ids} value={url} autoComplete="off" onChange={(e) => setUrl(e.target.value)} />}
        </Frame>
      </div>
      <div className="page-actions">
        <a
          className="button"
          href={fileHref('/exchange/card', { name, url })}
          download={fileName(name) + '.card'}>
          <Icon name="export" />
          {x.saveCard}
        </a>
      </div>
    </Section>
  );
}

function Holds({ peer }: { peer: Peer }) {
  const t = useText();
  const lang = useLang();
  const asked = peer.state === 'confirmed' && peer.clearance;
  const { data, error } = useQuery<Preview>(asked ? `/peers/${peer.id}/preview` : null);
  if (!asked || error) return <span className="muted">–</span>;
  if (!data) return <span className="muted">{t.app.loading}</span>;
  const waiting = data.counts.new + data.counts.changed + data.counts.withdrawn;
  return (
    <>
      {t.exchange.records(num(lang, data.has), data.has)}
      {waiting > 0 && <span className="muted"> · {t.exchange.toSend(num(lang, waiting))}</span>}
    </>
  );
}

function PeerRows({ peers, log }: { peers: Peer[]; log: Log | undefined }) {
  const t = useText();
  const lang = useLang();
  const x = t.exchange;
  const last = (p: Peer, direction: 'made' | 'taken') =>
    log?.items.find((b) => b.peer === p.id && b.direction === direction);
  return (
    <Table label={x.peers} className="table">
      <thead>
        <tr>
          <th scope="col">{x.peerName}</th>
          <th scope="col">{x.state}</th>
          <th scope="col">{x.clearance}</th>
          <th scope="col">{x.has}</th>
          <th scope="col">{x.lastMade}</th>
          <th scope="col">{x.lastTaken}</th>
        </tr>
      </thead>
      <tbody>
        {peers.map((p) => {
          const made = last(p, 'made'),
            taken = last(p, 'taken');
          return (
            <tr key={p.id}>
              <th scope="row">
                <Link to={`/exchange/${p.id}`} data-row>
                  {p.name}
                </Link>
                {p.actor && (
                  <div className="small-text">
                    <RefLink id={p.actor} />
                  </div>
                )}
              </th>
              <td>
                <Tag tone={PEER_TONES[p.state]}>{x.peerStates[p.state]}</Tag>
              </td>
              <td>{p.clearance ? <ClearanceText clearance={p.clearance} /> : x.noClearance}</td>
              <td>
                <Holds peer={p} />
              </td>
              <td>
                {made ? (
                  <>
                    {x.directions.made(num(lang, made.number))}, <When at={made.at} short />
                    <br />
                    <span className="muted">
                      {x.states[made.state]} <When at={made.receipted_at} short />
                    </span>
                  </>
                ) : (
                  <span className="muted">{t.app.none}</span>
                )}
              </td>
              <td>
                {taken ? (
                  <>
                    {x.directions.taken(num(lang, taken.number))}, <When at={taken.at} short />
                  </>
                ) : (
                  <span className="muted">{t.app.none}</span>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}

export function ExchangePage() {
  const t = useText();
  const x = t.exchange;
  const [meeting, setMeeting] = useState(false);
  const peers = useQuery<Peers>('/peers', { limit: 200 });
  const log = useLog();
  return (
    <>
      <PageHead title={x.title} lead={x.lead}>
        <button type="button" className="button primary" onClick={() => setMeeting(true)}>
          <Icon name="plus" />
          {x.meetPeer}
        </button>
      </PageHead>
      <div className="stack">
        <Section id="peers" title={x.peers} className="card">
          <Shown query={peers}>
            {(d) =>
              d.items.length === 0 ? (
                <Empty title={x.peersNone} icon="swap">
                  <p>{x.peersNoneHelp}</p>
                </Empty>
              ) : (
                <PeerRows peers={d.items} log={log.query.data} />
              )
            }
          </Shown>
        </Section>
        <OurCard />
        <div className="split-even">
          <TakeBundle />
          <TakeReceipt />
        </div>
        <ExchangeLog log={log} peers />
      </div>
      <Box open={meeting} onClose={() => setMeeting(false)} title={x.meetPeer} wide>
        {meeting && <PeerForm onDone={() => setMeeting(false)} />}
      </Box>
    </>
  );
}
