/* What waits for a disclosure officer: proposals, decisions about to end, decisions to look at again. */
import { useText } from '../i18n/index.ts';
import type { AnyRelease, ReleaseQueue } from '../lib/exchange.ts';
import { useQuery } from '../lib/query.ts';
import { Link } from '../lib/router.tsx';
import { useUserName } from '../lib/session.tsx';
import { Empty, PageHead, Section, Shown } from '../parts/common.tsx';
import { ReleaseCard } from '../parts/releases.tsx';

function List({ items, none }: { items: AnyRelease[]; none: string }) {
  const name = useUserName();
  if (items.length === 0) return <p className="none">{none}</p>;
  return (
    <ul className="releases">
      {items.map((r) => (
        <li key={r.id}>
          <ReleaseCard release={r} userName={name} withRecord />
        </li>
      ))}
    </ul>
  );
}

export function ReleasesPage() {
  const t = useText();
  const x = t.release;
  const query = useQuery<ReleaseQueue>('/releases/queue');
  return (
    <>
      <PageHead title={x.title} lead={x.lead}>
        <Link to="/records/releases" className="button no-print">
          {x.allReleases}
        </Link>
      </PageHead>
      <Shown query={query}>
        {(q) =>
          q.proposed.length + q.expiring.length + q.review.length === 0 ? (
            <Empty title={x.nothing} icon="seal">
              <p>{x.nothingHelp}</p>
            </Empty>
          ) : (
            <div className="stack">
              <Section id="proposed" title={x.proposals} count={q.proposed.length} className="card">
                <List items={q.proposed} none={x.noProposals} />
              </Section>
              <Section id="expiring" title={x.expiring} count={q.expiring.length} className="card">
                <List items={q.expiring} none={x.noExpiring} />
              </Section>
              <Section id="review" title={x.toReview} count={q.review.length} className="card">
                <List items={q.review} none={x.noReview} />
              </Section>
            </div>
          )
        }
      </Shown>
    </>
  );
}
