/* Signing in. Nothing that is marked is shown before it. */
import { useEffect, useState, type FormEvent } from 'react';
import { ApiError, call } from '../api.ts';
import { useLang, useText } from '../i18n/index.ts';
import { num } from '../lib/format.ts';
import { go, usePlace } from '../lib/router.tsx';
import type { Me } from '../lib/types.ts';
import { Mark } from '../parts/icons.tsx';
import { closeQuick } from '../parts/draft.ts';
import { LanguageSwitch } from '../parts/banner.tsx';
import { errorText } from '../parts/common.tsx';

interface Ways {
  password: 'everyone' | 'administrators' | 'nobody';
  providers: { name_en: string; name_fr: string; href: string }[];
}

/* What went wrong at an identity provider stands in the address that it led back to. */
const problemOfAddress = () => new URLSearchParams(location.search).get('problem') ?? '';

/* Where the reader was: there they go afterwards, but not to the page of what went wrong. */
function nextOf(path: string) {
  return path === '/login' ? '' : `?next=${encodeURIComponent(location.pathname + location.search)}`;
}

function Problem({ word }: { word: string }) {
  const t = useText();
  const texts = t.login.problems;
  const names = [word, word.split('-')[0] ?? '', 'fault'];
  const text = texts[names.find((name) => Object.hasOwn(texts, name)) ?? 'fault'];
  return (
    <p role="alert" className="note note-bad" id="login-problem">
      <strong>{t.login.problemTitle}</strong> {text}{' '}
      <span className="small-text">{t.login.problemWord(/^[a-z-]{1,30}$/.test(word) ? word : 'fault')}</span>
    </p>
  );
}

export function Login({ onSignedIn, ended }: { onSignedIn: (me: Me) => void; ended: boolean }) {
  const t = useText();
  const lang = useLang();
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [ways, setWays] = useState<Ways>({ password: 'everyone', providers: [] });
  const place = usePlace();
  const problem = place.path === '/login' ? problemOfAddress() : '';
  useEffect(closeQuick, []);
  useEffect(() => {
    call<Ways>('GET', '/login/ways', { quiet: true })
      .then(({ data }) => setWays(data))
      .catch(() => undefined); /* then a password may be tried all the same */
  }, []);
  useEffect(() => {
    document.title = `${t.login.title} · ${t.app.name}`;
  }, [t]);
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    setBusy(true);
    setError('');
    try {
      const { data } = await call<Me>('POST', '/login', {
        body: { username: form.get('username'), password: form.get('password') },
        quiet: true,
      });
      if (place.path === '/login') go(`/${lang}`, { replace: true, force: true });
      onSignedIn(data);
    } catch (x) {
      if (x instanceof ApiError && x.status === 401) setError(t.login.wrong);
      else if (x instanceof ApiError && x.status === 429)
        setError(t.login.wait(num(lang, x.retryAfter ?? 60)));
      else setError(Object.values(errorText(t, x)).filter(Boolean).join('. '));
      setBusy(false);
    }
  };
  return (
    <div className="login">
      <header className="login-top">
        <LanguageSwitch />
      </header>
      <main className="login-main">
        <div className="login-intro">
          <p className="brand brand-big">
            <Mark size={44} />
            <span>{t.app.name}</span>
          </p>
          <p className="login-lead">{t.login.lead}</p>
        </div>
        <form className="card login-card" onSubmit={submit} noValidate>
          <h1>{t.login.title}</h1>
          {problem && !error && <Problem word={problem} />}
          {ended && !error && (
            <p role="status" className="note">
              {t.login.ended}
            </p>
          )}
          {error && (
            <p role="alert" className="note note-bad" id="login-error">
              {error}
            </p>
          )}
          {ways.providers.map((p) => (
            <a key={p.href} className="button primary wide login-with" href={p.href + nextOf(place.path)}>
              {t.login.with(lang === 'fr' ? p.name_fr : p.name_en)}
            </a>
          ))}
          {ways.password !== 'nobody' && (
            <>
              {ways.password === 'administrators' && (
                <p className="muted small-text">{t.login.administratorsOnly}</p>
              )}
              <div className="field">
                <label htmlFor="username">{t.login.username}</label>
                <input
                  id="username"
                  name="username"
                  autoComplete="username"
                  autoCapitalize="none"
                  spellCheck={false}
                  required
                  autoFocus
                  aria-describedby={error ? 'login-error' : undefined}
                />
              </div>
              <div className="field">
                <label htmlFor="password">{t.login.password}</label>
                <input
                  id="password"
                  name="password"
                  type="password"
                  autoComplete="current-password"
                  required
                  aria-describedby={error ? 'login-error' : undefined}
                />
              </div>
              <button
                type="submit"
                className={ways.providers.length ? 'button wide' : 'button primary wide'}
                disabled={busy}>
                {t.login.submit}
              </button>
            </>
          )}
          <p className="muted small-text">{t.login.link}</p>
        </form>
      </main>
    </div>
  );
}
