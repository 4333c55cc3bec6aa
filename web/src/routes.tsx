/* Which page an address means. The language has already been taken off. */
import type { ReactNode } from 'react';
import { useText } from './i18n/index.ts';
import { Link } from './lib/router.tsx';
import { useKinds } from './lib/session.tsx';
import type { Kind } from './lib/types.ts';
import { isOurs } from './parts/aspartner.tsx';
import { Empty, PageHead } from './parts/common.tsx';
import { About } from './pages/about.tsx';
import { Account } from './pages/account.tsx';
import { AgreementPage } from './pages/agreement.tsx';
import { CalendarPage } from './pages/calendar.tsx';
import { ContinuityPage } from './pages/continuity.tsx';
import { ExchangePage } from './pages/exchange.tsx';
import { HandoverPage } from './pages/handover.tsx';
import { HealthPage } from './pages/health.tsx';
import { HistoryPage } from './pages/history.tsx';
import { Imports } from './pages/imports.tsx';
import { NeedPage } from './pages/need.tsx';
import { IntroductionsPage } from './pages/introductions.tsx';
import { EditNeed, NewNeed } from './pages/needform.tsx';
import { Needs } from './pages/needs.tsx';
import { NetworkPage } from './pages/network.tsx';
import { OptionPage } from './pages/option.tsx';
import { PeerPage } from './pages/peer.tsx';
import { PlanPage } from './pages/plan.tsx';
import { Partner } from './pages/partner.tsx';
import { Partners } from './pages/partners.tsx';
import { NewRecord, RecordPage } from './pages/record.tsx';
import { Records } from './pages/records.tsx';
import { ReleasesPage } from './pages/releases.tsx';
import { Requests } from './pages/requests.tsx';
import { Search } from './pages/search.tsx';
import { Today } from './pages/today.tsx';
import { Users } from './pages/users.tsx';

const ID = '([0-9a-zA-Z-]+)';
type Route = [RegExp, (...parts: string[]) => ReactNode];

const routes: Route[] = [
  [/^\/$/, () => <Today />],
  [/^\/partners$/, () => <Partners />],
  [new RegExp(`^/partners/${ID}$`), (id = '') => <Partner key={id} id={id} />],
  [/^\/network$/, () => <NetworkPage />],
  [/^\/needs$/, () => <Needs />],
  [/^\/needs\/new$/, () => <NewNeed />],
  [new RegExp(`^/needs/${ID}$`), (id = '') => <NeedPage key={id} id={id} />],
  [new RegExp(`^/needs/${ID}/edit$`), (id = '') => <EditNeed key={id} id={id} />],
  [
    new RegExp(`^/needs/${ID}/options/${ID}$`),
    (id = '', key = '') => <OptionPage key={key} id={id} optionKey={key} />,
  ],
  [/^\/requests$/, () => <Requests />],
  [/^\/calendar$/, () => <CalendarPage />],
  [/^\/introductions$/, () => <IntroductionsPage />],
  [/^\/health$/, () => <HealthPage />],
  [/^\/continuity$/, () => <ContinuityPage />],
  [new RegExp(`^/handover/${ID}$`), (id = '') => <HandoverPage key={id} id={id} />],
  [/^\/plan$/, () => <PlanPage />],
  [new RegExp(`^/agreements/${ID}$`), (id = '') => <AgreementPage key={id} id={id} />],
  [/^\/exchange$/, () => <ExchangePage />],
  [new RegExp(`^/exchange/${ID}$`), (id = '') => <PeerPage key={id} id={id} />],
  [/^\/releases$/, () => <ReleasesPage />],
  [/^\/search$/, () => <Search />],
  [/^\/users$/, () => <Users />],
  [/^\/account$/, () => <Account />],
  [/^\/import$/, () => <Imports />],
  [/^\/about$/, () => <About />],
  [/^\/records\/(\w+)$/, (p = '') => <OfKind plural={p}>{(k) => <Records key={k.name} kind={k} />}</OfKind>],
  [
    /^\/records\/(\w+)\/new$/,
    (p = '') => <OfKind plural={p}>{(k) => <NewRecord key={k.name} kind={k} />}</OfKind>,
  ],
  [
    new RegExp(`^/records/(\\w+)/${ID}$`),
    (p = '', id = '') => <OfKind plural={p}>{(k) => <RecordPage key={id} kind={k} id={id} />}</OfKind>,
  ],
  [
    new RegExp(`^/records/(\\w+)/${ID}/edit$`),
    (p = '', id = '') => (
      <OfKind plural={p}>{(k) => <RecordPage key={id + 'e'} kind={k} id={id} edit />}</OfKind>
    ),
  ],
  [
    new RegExp(`^/records/(\\w+)/${ID}/history$`),
    (p = '', id = '') => <OfKind plural={p}>{(k) => <HistoryPage key={id} kind={k} id={id} />}</OfKind>,
  ],
];

function OfKind({ plural, children }: { plural: string; children: (k: Kind) => ReactNode }) {
  const kind = useKinds().byPlural(plural);
  return kind ? <>{children(kind)}</> : <NotFound />;
}

function NotFound() {
  const t = useText();
  return (
    <>
      <PageHead title={t.app.notFoundTitle} />
      <Empty title={t.app.notFound} icon="search">
        <Link to="/" className="button">
          {t.app.home}
        </Link>
      </Empty>
    </>
  );
}

function Ours() {
  const t = useText();
  return (
    <>
      <PageHead title={t.asPartner.oursTitle} />
      <Empty title={t.asPartner.ours} icon="eye" />
    </>
  );
}

export function Routes({ path }: { path: string }) {
  if (isOurs(path)) return <Ours />;
  for (const [pattern, page] of routes) {
    const match = pattern.exec(path);
    if (match) return <>{page(...match.slice(1))}</>;
  }
  return <NotFound />;
}
