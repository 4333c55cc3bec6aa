/* Which page an address means. The language has already been taken off. */
import { useEffect, type ReactNode } from 'react';
import { useText } from './i18n/index.ts';
import { Link } from './lib/router.tsx';
import { Empty, PageHead } from './parts/common.tsx';
import { Partners } from './pages/partners.tsx';
import { Partner } from './pages/partner.tsx';

type Route = [RegExp, (...parts: string[]) => ReactNode];
const ID = '([0-9a-zA-Z-]+)';

const routes: Route[] = [
  [/^\/partners$/, () => <Partners />],
  [new RegExp(`^/partners/${ID}$`), (id) => <Partner key={id} id={id as string} />],
];

function NotFound() {
  const t = useText();
  useEffect(() => undefined, []);
  return <><PageHead title={t.app.notFoundTitle} /><Empty title={t.app.notFound} icon="search"><Link to="/" className="button">{t.app.home}</Link></Empty></>;
}

export function Routes({ path }: { path: string }) {
  for (const [pattern, page] of routes) {
    const match = pattern.exec(path);
    if (match) return <>{page(...match.slice(1))}</>;
  }
  return <NotFound />;
}
