/* Starts the application: language from the address, who is reading, the kinds and the policy;
 * then the pages. */
import { Component, useCallback, useEffect, useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nProvider } from 'react-aria-components';
import { ApiError, call, configure, get } from './api.ts';
import { useText } from './i18n/index.ts';
import { COUNTRIES } from './lib/countries.ts';
import { setCountries } from './lib/format.ts';
import { asPartner, forgetPartner, lookAs } from './lib/partner.ts';
import { forget } from './lib/query.ts';
import { go, LangContext, usePlace } from './lib/router.tsx';
import { SessionContext, type Session } from './lib/session.tsx';
import type { Kind, Lang, Me, Policy } from './lib/types.ts';
import { Login } from './pages/login.tsx';
import { Failed, Loading, NowContext } from './parts/common.tsx';
import { Shell } from './parts/shell.tsx';
import { Routes } from './routes.tsx';
import 'uplot/dist/uPlot.min.css';
import './style/base.css';
import './style/layout.css';
import './style/parts.css';
import './style/table.css';
import './style/trust.css';
import './style/forms.css';
import './style/pages.css';
import './style/brief.css';
import './style/network.css';
import './style/options.css';
import './style/agreements.css';
import './style/nurture.css';
import './style/exchange.css';
import './style/narrow.css';
import './style/print.css';

setCountries(COUNTRIES);

class Boundary extends Component<{ children: ReactNode; place: string }, { error: unknown }> {
  state = { error: null as unknown };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  componentDidUpdate(before: { place: string }) {
    if (before.place !== this.props.place && this.state.error) this.setState({ error: null });
  }
  render() {
    return this.state.error ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const t = useText();
  return (
    <div className="state-box" role="alert">
      <p className="state-title">{t.app.pageFailed}</p>
      <button type="button" className="button" onClick={() => location.reload()}>
        {t.app.retry}
      </button>
    </div>
  );
}

/* On the first visit only, the browser's own language decides; afterwards the address does. */
function firstLanguage(): Lang {
  return navigator.languages.find((l) => /^(en|fr)/.test(l))?.startsWith('fr') ? 'fr' : 'en';
}

type Phase = 'starting' | 'out' | 'in';

function App() {
  const place = usePlace();
  const lang: Lang = place.lang ?? firstLanguage();
  configure({ language: lang });
  const [phase, setPhase] = useState<Phase>('starting');
  const [ended, setEnded] = useState(false);
  const [session, setSession] = useState<Pick<Session, 'me' | 'kinds' | 'policy'> | null>(null);
  const [error, setError] = useState<unknown>(null);

  useEffect(() => {
    document.documentElement.lang = `${lang}-CA`;
    if (!place.lang)
      go(`/${lang}${place.path === '/' ? '' : place.path}${location.search}`, { replace: true, force: true });
  }, [lang, place.lang, place.path]);

  const start = useCallback(async (known?: Me) => {
    setError(null);
    try {
      const me = known?.csrf ? known : (await call<Me>('GET', '/me', { quiet: true })).data;
      configure({ csrf: me.csrf });
      if (asPartner() && !me.permissions.includes('disclose')) return lookAs(null);
      const [kinds, policy] = await Promise.all([get<{ items: Kind[] }>('/kinds'), get<Policy>('/policy')]);
      setSession({ me, kinds: kinds.data.items, policy: policy.data });
      setPhase('in');
    } catch (x) {
      if (x instanceof ApiError && x.status === 401) setPhase('out');
      else setError(x);
    }
  }, []);

  useEffect(() => {
    configure({
      onSignedOut: () => {
        setPhase((p) => {
          if (p === 'in') setEnded(true);
          return 'out';
        });
        forget();
      },
    });
    void start();
  }, [start]);

  const signOut = useCallback(() => {
    call('POST', '/logout')
      .catch(() => undefined)
      .finally(() => {
        forget();
        if (forgetPartner()) return location.reload();
        setEnded(true);
        setSession(null);
        setPhase('out');
      });
  }, []);

  let content: ReactNode;
  if (error)
    content = (
      <main className="alone">
        <Failed error={error} retry={() => void start()} />
      </main>
    );
  else if (phase === 'out' && !session) content = <Login ended={ended} onSignedIn={(me) => void start(me)} />;
  else if (phase === 'starting' || !session)
    content = (
      <main className="alone">
        <Loading />
      </main>
    );
  else {
    content = (
      <SessionContext.Provider value={{ ...session, signOut, reloadMe: () => void start() }}>
        <NowContext.Provider value={session.me.now}>
          {/* A session that ended while something was being typed keeps it, unseen, for the same user. */}
          {phase === 'out' && <Login ended={ended} onSignedIn={(me) => void start(me)} />}
          <div key={session.me.user.id} hidden={phase === 'out'}>
            <Shell>
              <Boundary place={place.path}>
                <Routes path={place.path} />
              </Boundary>
            </Shell>
          </div>
        </NowContext.Provider>
      </SessionContext.Provider>
    );
  }
  return (
    <LangContext.Provider value={lang}>
      <I18nProvider locale={`${lang}-CA`}>{content}</I18nProvider>
    </LangContext.Provider>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(<App />);
