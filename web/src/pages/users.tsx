/* Who may sign in. Only administrators come here. */
import { useEffect, useState, type FormEvent } from 'react';
import { get, patch, post } from '../api.ts';
import { useLang, useText } from '../i18n/index.ts';
import { clearancePatch } from '../lib/clearance.ts';
import { when } from '../lib/format.ts';
import { invalidate, useQuery } from '../lib/query.ts';
import { useSession } from '../lib/session.tsx';
import { toast } from '../lib/toast.ts';
import type { Clearance, Marked, User } from '../lib/types.ts';
import { Empty, errorText, Failure, Loading, PageHead, Shown, Tag } from '../parts/common.tsx';
import { Box } from '../parts/dialog.tsx';
import { errorsOf } from '../parts/editor.tsx';
import { Frame } from '../parts/frame.tsx';
import { Icon } from '../parts/icons.tsx';
import { ClearancePicker, ClearanceText } from '../parts/label.tsx';
import { Table } from '../parts/table.tsx';
import { WhenInput } from '../parts/when.tsx';

type Roles = keyof ReturnType<typeof useText>['users']['roles'];
const ROLES: Roles[] = ['reader', 'contributor', 'steward', 'disclosure_officer', 'administrator'];

function UserForm({ user, etag, onDone }: { user: User | null; etag?: string; onDone: () => void }) {
  const t = useText();
  const lang = useLang();
  const { policy } = useSession();
  const [clearance, setClearance] = useState<Clearance>(user?.clearance ?? { class: policy.default?.class });
  const [until, setUntil] = useState(user?.cleared_until ?? '');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    const value = (n: string) => String(form.get(n) ?? '');
    const body: Record<string, unknown> = {
      display_name: value('display_name'),
      role: value('role'),
      language: value('language'),
      active: form.get('active') === 'on',
    };
    if (clearance !== user?.clearance) body.clearance = clearancePatch(user?.clearance, clearance);
    if (until !== (user?.cleared_until ?? '')) body.cleared_until = until || null;
    if (!user) body.username = value('username');
    if (value('password')) body.password = value('password');
    try {
      if (user) await patch(`/users/${user.id}`, body, etag);
      else await post('/users', body);
      toast({ text: t.users.saved });
      invalidate();
      onDone();
    } catch (x) {
      const known = errorsOf(x);
      setErrors(known);
      const said = errorText(t, x);
      setFailure(
        [
          said.title,
          said.detail,
          ...Object.entries(known)
            .filter(([p]) => !['/username', '/password', '/display_name', '/cleared_until'].includes(p))
            .map(([, v]) => v),
        ]
          .filter(Boolean)
          .join(' '),
      );
    }
  };
  return (
    <form onSubmit={submit} noValidate>
      <Failure text={failure} />
      <div className="form-grid">
        {!user && (
          <Frame id="u-username" label={t.users.username} error={errors['/username']} required>
            {(ids) => (
              <input
                {...ids}
                name="username"
                autoFocus
                autoCapitalize="none"
                autoComplete="off"
                spellCheck={false}
              />
            )}
          </Frame>
        )}
        <Frame id="u-name" label={t.users.name} error={errors['/display_name']}>
          {(ids) => (
            <input {...ids} name="display_name" defaultValue={user?.display_name} autoComplete="off" />
          )}
        </Frame>
        <Frame id="u-role" label={t.users.role} error={errors['/role']}>
          {(ids) => (
            <select {...ids} name="role" defaultValue={user?.role ?? 'reader'}>
              {ROLES.map((r) => (
                <option key={r} value={r}>
                  {t.users.roles[r]}
                </option>
              ))}
            </select>
          )}
        </Frame>
        <Frame id="u-language" label={t.users.language}>
          {(ids) => (
            <select {...ids} name="language" defaultValue={user?.language ?? lang}>
              <option value="en" lang="en">
                English
              </option>
              <option value="fr" lang="fr">
                Français
              </option>
            </select>
          )}
        </Frame>
        <Frame
          id="u-password"
          label={user ? t.users.newPassword : t.users.password}
          help={user ? t.users.passwordKeep : t.users.passwordHelp}
          error={errors['/password']}
          required={!user}>
          {(ids) => <input {...ids} name="password" type="password" autoComplete="new-password" />}
        </Frame>
        <Frame id="u-until" label={t.users.until} help={t.users.untilHelp} error={errors['/cleared_until']}>
          {(ids) => <WhenInput ids={ids} label={t.users.until} value={until} onChange={setUntil} />}
        </Frame>
        <div className="field">
          <label className="check">
            <input type="checkbox" name="active" defaultChecked={user?.active !== false} />
            {t.users.canSignIn}
          </label>
        </div>
        <ClearancePicker
          id="u-clearance"
          title={t.users.clearance}
          value={clearance}
          onChange={setClearance}
          error={errors['/clearance']}
        />
      </div>
      <div className="form-actions">
        <button type="submit" className="button primary">
          {t.app.save}
        </button>
        <button type="button" className="button" onClick={onDone}>
          {t.app.cancel}
        </button>
      </div>
    </form>
  );
}

/* The user as they are when the form is opened: that version is changed, or, when somebody changed it
 * meanwhile, nothing is. */
function ChangeUser({ id, onDone }: { id: string; onDone: () => void }) {
  const t = useText();
  const [found, setFound] = useState<{ data: User; etag: string } | null>(null);
  const [failure, setFailure] = useState('');
  useEffect(() => {
    get<User>(`/users/${id}`).then(setFound, (x) => setFailure(errorText(t, x).title));
  }, [id]);
  if (failure) return <Failure text={failure} />;
  return found ? <UserForm user={found.data} etag={found.etag} onDone={onDone} /> : <Loading />;
}

export function Users() {
  const t = useText();
  const lang = useLang();
  const now = new Date().toISOString(); /* ends are days of UTC */
  const query = useQuery<{ items: User[] } & Marked>('/users');
  const [editing, setEditing] = useState<User | 'new' | null>(null);
  return (
    <>
      <PageHead title={t.users.title} lead={t.users.lead}>
        <button type="button" className="button primary" onClick={() => setEditing('new')}>
          <Icon name="plus" />
          {t.users.new}
        </button>
      </PageHead>
      <Shown query={query}>
        {(d) =>
          d.items.length === 0 ? (
            <Empty title={t.app.none} icon="users" />
          ) : (
            <Table label={t.users.title} className="table">
              <thead>
                <tr>
                  <th scope="col">{t.users.username}</th>
                  <th scope="col">{t.users.name}</th>
                  <th scope="col">{t.users.role}</th>
                  <th scope="col">{t.users.clearance}</th>
                  <th scope="col">{t.users.language}</th>
                  <th scope="col">{t.users.active}</th>
                  <th scope="col">
                    <span className="sr">{t.app.actions}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {d.items.map((u) => (
                  <tr key={u.id}>
                    <th scope="row">{u.username}</th>
                    <td>{u.display_name}</td>
                    <td>{t.users.roles[u.role as Roles] ?? u.role}</td>
                    <td>
                      <ClearanceText clearance={u.clearance} />
                      {u.cleared_until && (
                        <span className="row-sub">{t.users.untilDay(when(lang, u.cleared_until))}</span>
                      )}
                    </td>
                    <td>
                      {u.language === 'fr' ? <span lang="fr">Français</span> : <span lang="en">English</span>}
                    </td>
                    <td>
                      {u.active === false ? (
                        <Tag tone="warn">{t.users.inactive}</Tag>
                      ) : u.cleared_until && u.cleared_until < now.slice(0, u.cleared_until.length) ? (
                        <Tag tone="warn">{t.users.ended}</Tag>
                      ) : (
                        <Tag tone="good">{t.users.active}</Tag>
                      )}
                    </td>
                    <td className="num">
                      <button
                        type="button"
                        className="button small"
                        aria-label={t.users.edit(u.username)}
                        onClick={() => setEditing(u)}>
                        {t.app.edit}
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </Table>
          )
        }
      </Shown>
      <Box
        open={editing !== null}
        onClose={() => setEditing(null)}
        title={editing && editing !== 'new' ? t.users.edit(editing.username) : t.users.new}
        wide>
        {editing === 'new' && <UserForm user={null} onDone={() => setEditing(null)} />}
        {editing !== null && editing !== 'new' && (
          <ChangeUser id={editing.id} onDone={() => setEditing(null)} />
        )}
      </Box>
    </>
  );
}
