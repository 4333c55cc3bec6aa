/* One release, and the releases of a record: what changed, on whose authority, why and until when. */
import { useContext } from 'react';
import { RefsContext, useText } from '../i18n/index.ts';
import type { Peers, Release } from '../lib/exchange.ts';
import { useMarking } from '../lib/markings.ts';
import { useQuery } from '../lib/query.ts';
import { useMay, useUserName } from '../lib/session.tsx';
import type { Marked, Refs } from '../lib/types.ts';
import { RefLink, Section, Tag, When } from './common.tsx';
import { LabelText } from './label.tsx';
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

export function ReleaseCard({
  release: r,
  userName,
  withRecord,
}: {
  release: Release;
  userName: (id: string | undefined) => string;
  withRecord?: boolean;
}) {
  const t = useText();
  const x = t.release;
  return (
    <article className="release">
      <div className="release-head">
        <h3>
          {withRecord && r.record ? <RefLink id={r.record} brief={false} /> : x.natures[r.nature]}
          {withRecord && !r.record && <> {x.everything}</>}
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
              <span aria-label={x.becomes} role="img">
                →
              </span>
              <span className="marking-tag">
                <LabelText label={r.label_after} />
              </span>
            </dd>
          </div>
        ) : null}
        {r.to?.length ? (
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
        {r.proposed_by && (
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
