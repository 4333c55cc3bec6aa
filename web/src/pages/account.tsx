/* The reader's own password and access tokens. A new token is shown once. */
import { useState, type FormEvent } from 'react';
import { post } from '../api.ts';
import { marking, named, useLang, useText } from '../i18n/index.ts';
import { isoDay, when } from '../lib/format.ts';
import { invalidate, useQuery } from '../lib/query.ts';
import { useSession } from '../lib/session.tsx';
import { toast } from '../lib/toast.ts';
import type { Marked, Token } from '../lib/types.ts';
import { errorText, Failure, PageHead, Section, Shown, Tag } from '../parts/common.tsx';
import { errorsOf } from '../parts/editor.tsx';
import { Frame } from '../parts/frame.tsx';
import { ClearanceText } from '../parts/label.tsx';
import { Table } from '../parts/table.tsx';

function Password() {
  const t = useText();
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const element = e.currentTarget;
    const form = new FormData(element);
    setFailure('');
    if (form.get('new') !== form.get('again')) return setErrors({ '/again': t.account.differ });
    try {
      await post('/password', { current: form.get('current'), new: form.get('new') });
      setErrors({});
      element.reset();
      toast({ text: t.account.changed });
    } catch (x) {
      const known = errorsOf(x);
      setErrors(known);
      if (!known['/current'] && !known['/new'])
        setFailure(Object.values(errorText(t, x)).filter(Boolean).join(' '));
    }
  };
  return (
    <form onSubmit={submit} noValidate>
      <Failure text={failure} />
      <Frame id="p-current" label={t.account.current} error={errors['/current']} required>
        {(ids) => <input {...ids} name="current" type="password" autoComplete="current-password" />}
      </Frame>
      <Frame id="p-new" label={t.account.next} error={errors['/new']} required>
        {(ids) => <input {...ids} name="new" type="password" autoComplete="new-password" />}
      </Frame>
      <Frame id="p-again" label={t.account.again} error={errors['/again']} required>
        {(ids) => <input {...ids} name="again" type="password" autoComplete="new-password" />}
      </Frame>
      <button type="submit" className="button primary">
        {t.account.change}
      </button>
    </form>
  );
}

type Scopes = keyof ReturnType<typeof useText>['account']['scopes'];

function Tokens() {
  const t = useText();
  const lang = useLang();
  const { me } = useSession();
  const query = useQuery<{ items: Token[] } & Marked>('/tokens');
  const [fresh, setFresh] = useState<string | null>(null);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const today = new Date().toISOString();
  const in90 = isoDay(new Date(Date.now() + 90 * 864e5));
  const scopes = (['read', 'write', 'admin'] as Scopes[]).filter(
    (s) => s === 'read' || me.permissions.includes(s) || me.role === 'administrator',
  );
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const element = e.currentTarget;
    const form = new FormData(element);
    setFailure('');
    try {
      const { data } = await post<Token>('/tokens', {
        name: form.get('name'),
        scope: form.get('scope'),
        expires: form.get('expires'), /* to the end of that day */
      });
      setFresh(data.token ?? null);
      setErrors({});
      element.reset();
      invalidate();
    } catch (x) {
      setErrors(errorsOf(x));
      setFailure(Object.values(errorText(t, x)).filter(Boolean).join(' '));
    }
  };
  const revoke = async (id: string) => {
    try {
      await post(`/tokens/${id}/revoke`);
      invalidate();
    } catch (x) {
      setFailure(errorText(t, x).title);
    }
  };
  return (
    <>
      <p className="section-lead">{t.account.tokensLead}</p>
      {fresh && (
        <div className="note note-good" role="status">
          <p>{t.account.once}</p>
          <div className="token">
            <input
              aria-label={t.account.token}
              readOnly
              value={fresh}
              onFocus={(e) => e.target.select()}
              className="mono"
            />
            <button
              type="button"
              className="button small"
              onClick={() => {
                void navigator.clipboard?.writeText(fresh).then(() => toast({ text: t.app.copied }));
              }}>
              {t.app.copy}
            </button>
          </div>
        </div>
      )}
      <Failure text={failure} />
      <Shown query={query}>
        {(d) =>
          d.items.length === 0 ? (
            <p className="none">{t.account.none}</p>
          ) : (
            <Table label={t.account.tokens} className="table slim">
              <thead>
                <tr>
                  <th scope="col">{t.account.name}</th>
                  <th scope="col">{t.account.scope}</th>
                  <th scope="col">{t.account.expires}</th>
                  <th scope="col">{t.account.created}</th>
                  <th scope="col">
                    <span className="sr">{t.app.actions}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {d.items.map((k) => (
                  <tr key={k.id}>
                    <th scope="row">{k.name}</th>
                    <td>{t.account.scopes[k.scope as Scopes] ?? k.scope}</td>
                    <td>{when(lang, k.expires?.slice(0, 10), true) || t.account.never}</td>
                    <td>{when(lang, k.created?.slice(0, 10), true)}</td>
                    <td className="num">
                      {k.revoked ? (
                        <Tag tone="quiet">{t.account.revoked}</Tag>
                      ) : k.expires && k.expires < today.slice(0, k.expires.length) ? (
                        <Tag tone="quiet">{t.account.expired}</Tag>
                      ) : (
                        <button
                          type="button"
                          className="button small"
                          aria-label={t.account.revokeName(k.name)}
                          onClick={() => void revoke(k.id)}>
                          {t.account.revoke}
                        </button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </Table>
          )
        }
      </Shown>
      <form onSubmit={submit} noValidate className="token-form">
        <Frame id="t-name" label={t.account.name} error={errors['/name']} required>
          {(ids) => <input {...ids} name="name" autoComplete="off" />}
        </Frame>
        <Frame id="t-scope" label={t.account.scope} error={errors['/scope']}>
          {(ids) => (
            <select {...ids} name="scope">
              {scopes.map((s) => (
                <option key={s} value={s}>
                  {t.account.scopes[s]}
                </option>
              ))}
            </select>
          )}
        </Frame>
        <Frame id="t-expires" label={t.account.expires} error={errors['/expires']}>
          {(ids) => <input {...ids} name="expires" type="date" defaultValue={in90} />}
        </Frame>
        <button type="submit" className="button">
          {t.account.create}
        </button>
      </form>
    </>
  );
}

export function Account() {
  const t = useText();
  const lang = useLang();
  const { me } = useSession();
  const home = named(lang, me.home);
  return (
    <>
      <PageHead
        title={t.account.title}
        lead={me.user.display_name ? `${me.user.display_name} (${me.user.username})` : me.user.username}
      />
      <div className="card facts-card">
        <dl className="facts">
          <div>
            <dt>{t.account.role}</dt>
            <dd>{t.users.roles[me.role as 'reader'] ?? me.role}</dd>
          </div>
          <div>
            <dt>{t.account.clearance}</dt>
            <dd>{marking(lang, me.clearance_marking) || <ClearanceText clearance={me.clearance} />}</dd>
          </div>
          {me.home && (
            <div>
              <dt>{t.account.org}</dt>
              <dd lang={home.lang}>{home.text}</dd>
            </div>
          )}
        </dl>
      </div>
      <div className="split-even">
        <Section id="tokens" title={t.account.tokens} className="card">
          <Tokens />
        </Section>
        <Section id="password-section" title={t.account.password} className="card">
          <Password />
        </Section>
      </div>
    </>
  );
}
