/* One release, and the releases of a record: what changed, on whose authority, why and until when. */
import { useContext } from 'react';
import { RefsContext, useText } from '../i18n/index.ts';
import type { AnyRelease, PeerRelease, Peers, Release } from '../lib/exchange.ts';
import { useMarking } from '../lib/markings.ts';
import { useQuery } from '../lib/query.ts';
import { Link } from '../lib/router.tsx';
import { useKinds, useMay, useUserName } from '../lib/session.tsx';
import type { Marked, Refs } from '../lib/types.ts';
import { RefLink, Section, Tag, When } from './common.tsx';
import { ClearanceText, LabelText } from './label.tsx';
import { ReleaseActions } from './releaseform.tsx';

const TONES = { proposed: 'info', approved: 'good', refused: 'bad', revoked: 'warn', expired: '' } as const;

/* Partner instances are stated by id; officers know their names. */
function To({ release }: { release: Release }) {
  const may = useMay('disclose');
  const peers = useQuery<Peers>(may ? '/peers' : null, { limit: 200 });
  const names = (release.to ?? []).map(
    (x) => peers.data?.items.find((p) => p.instance === x || p.id === x)?.name ?? x,
  );
  return <>{names.join(', ')}</>;
}

function PeerName({ id }: { id: string }) {
  const peers = useQuery<Peers>('/peers', { limit: 200 });
  return <Link to={`/exchange/${id}`}>{peers.data?.items.find((p) => p.id === id)?.name ?? id}</Link>;
}

/* Between what was and what has become of it. */
function Becomes() {
  return (
    <span aria-label={useText().release.becomes} role="img">
      →
    </span>
  );
}

/* What the partner had, and what it has by the decision. */
function PeerChange({ release: r }: { release: PeerRelease }) {
  const t = useText();
  const x = t.release;
  const { title } = useKinds();
  const kinds = (all: string[] | undefined) => (all?.length ? all.map((k) => title(k)).join(', ') : t.app.all);
  const before = kinds(r.kinds_before);
  const after = kinds(r.kinds_after);
  return (
    <>
      <div className="facts-wide">
        <dt>{t.exchange.clearance}</dt>
        <dd className="release-labels">
          <span className="marking-tag">
            {r.clearance_before ? <ClearanceText clearance={r.clearance_before} /> : x.nothingBefore}
          </span>
          <Becomes />
          <span className="marking-tag">
            <ClearanceText clearance={r.clearance_after} />
          </span>
        </dd>
      </div>
      {r.clearance_before && before !== after && (
        <div className="facts-wide">
          <dt>{t.exchange.kindsOut}</dt>
          <dd>
            {before} <Becomes /> {after}
          </dd>
        </div>
      )}
      {r.state_before && (
        <div>
          <dt>{t.exchange.state}</dt>
          <dd>{x.resumed}</dd>
        </div>
      )}
    </>
  );
}

function Title({ release: r, withRecord }: { release: AnyRelease; withRecord: boolean | undefined }) {
  const x = useText().release;
  if (r.nature === 'clearance') return withRecord ? <PeerName id={r.peer} /> : x.natures.clearance;
  if (!withRecord) return x.natures[r.nature];
  return r.record ? (
    <RefLink id={r.record} brief={false} />
  ) : (
    <>
      {x.natures[r.nature]} {x.everything}
    </>
  );
}

export function ReleaseCard({
  release: r,
  userName,
  withRecord,
}: {
  release: AnyRelease;
  userName: (id: string | undefined) => string;
  withRecord?: boolean;
}) {
  const t = useText();
  const x = t.release;
  return (
    <article className="release">
      <div className="release-head">
        <h3>
          <Title release={r} withRecord={withRecord} />
        </h3>
        <Tag tone={TONES[r.state]}>{x.states[r.state]}</Tag>
      </div>
      <dl className="facts">
        {r.nature === 'lower' ? (
          <div className="facts-wide">
            <dt>{x.change}</dt>
            <dd className="release-labels">
              <span className="marking-tag">
                <LabelText label={r.label_before} />
              </span>
              <Becomes />
              <span className="marking-tag">
                <LabelText label={r.label_after} />
              </span>
            </dd>
          </div>
        ) : null}
        {r.nature === 'clearance' && <PeerChange release={r} />}
        {r.nature !== 'clearance' && r.to?.length ? (
          <div>
            <dt>{x.to}</dt>
            <dd>
              <To release={r} />
            </dd>
          </div>
        ) : null}
        <div>
          <dt>{x.reason}</dt>
          <dd>{r.reason}</dd>
        </div>
        {r.authority && (
          <div>
            <dt>{x.authority}</dt>
            <dd>{r.authority}</dd>
          </div>
        )}
        {r.until && (
          <div>
            <dt>{x.until}</dt>
            <dd>
              <When at={r.until} />
            </dd>
          </div>
        )}
        {r.review && (
          <div>
            <dt>{x.review}</dt>
            <dd>
              <When at={r.review} />
            </dd>
          </div>
        )}
        {r.nature !== 'clearance' && r.proposed_by && (
          <div>
            <dt>{x.proposedBy}</dt>
            <dd>{userName(r.proposed_by)}</dd>
          </div>
        )}
        {r.decided_by && (
          <div>
            <dt>{x.decidedBy}</dt>
            <dd>
              {userName(r.decided_by)} <When at={r.decided_at} short />
            </dd>
          </div>
        )}
        {r.remark && (
          <div>
            <dt>{x.remark}</dt>
            <dd>{r.remark}</dd>
          </div>
        )}
      </dl>
      <ReleaseActions release={r} />
    </article>
  );
}

export function RecordReleases({ id }: { id: string }) {
  const t = useText();
  const name = useUserName();
  const outer = useContext(RefsContext);
  const query = useQuery<{ items: Release[]; refs?: Refs } & Marked>('/releases', { record: id, limit: 50 });
  const items = query.data?.items ?? [];
  useMarking(items.length ? query.data?.marking : undefined);
  if (items.length === 0) return null;
  return (
    <RefsContext.Provider value={{ ...outer, ...query.data?.refs }}>
      <Section id="releases" title={t.release.ofRecord} count={items.length} className="card">
        <ul className="releases">
          {items.map((r) => (
            <li key={r.id}>
              <ReleaseCard release={r} userName={name} />
            </li>
          ))}
        </ul>
      </Section>
    </RefsContext.Provider>
  );
}

/* The decisions by which a partner may have what it may. */
export function PeerReleases({ id }: { id: string }) {
  const t = useText();
  const name = useUserName();
  const query = useQuery<{ items: PeerRelease[] } & Marked>(`/peers/${id}/releases`, { limit: 50 });
  const items = query.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Section id="releases" title={t.release.ofPeer} count={items.length} className="card">
      <ul className="releases">
        {items.map((r) => (
          <li key={r.id}>
            <ReleaseCard release={r} userName={name} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
