/* What every page needs to know once: who is reading, the kinds of record and the policy. */
import { createContext, useContext } from 'react';
import { choice, useLang, useText } from '../i18n/index.ts';
import { asPartner } from './partner.ts';
import { useQuery } from './query.ts';
import type { Kind, Me, Policy, User } from './types.ts';

/* Kinds that have a page of their own beside the page of the record. */
export const PAGES: Record<string, string> = { agreement: '/agreements', need: '/needs' };

export interface Session {
  me: Me;
  kinds: Kind[];
  policy: Policy;
  signOut: () => void;
  reloadMe: () => void;
}
export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('outside a session');
  return session;
}

/* Whoever looks with a partner's eyes may read, and nothing else. */
export const useMay = (permission: string) => {
  const { me } = useSession();
  if (asPartner()) return permission === 'read';
  return me.permissions.includes(permission) || (permission === 'admin' && me.role === 'administrator');
};

/* Whoever worked at the console, where nobody signs in. */
const OPERATOR = '00000000-0000-0000-0000-000000000000';

/* The name of a user; administrators can look up everybody's, others know their own. */
export function useUserName() {
  const { me } = useSession();
  const t = useText();
  const users = useQuery<{ items: User[] }>(useMay('admin') ? '/users' : null, { limit: 200 });
  return (id: string | undefined) => {
    if (!id) return '';
    if (id === OPERATOR) return t.app.operator;
    if (id === me.user.id) return me.user.display_name || me.user.username;
    const u = users.data?.items.find((x) => x.id === id || x.username === id);
    return u ? u.display_name || u.username : /^[0-9a-f]{8}-/.test(id) ? id.slice(-6) : id;
  };
}

export function useKinds() {
  const { kinds } = useSession();
  const lang = useLang();
  const byName = (name: string | undefined) => kinds.find((k) => k.name === name);
  const title = (name: string) => {
    const k = byName(name);
    return (k && (lang === 'fr' ? k.title_fr : k.title_en)) || name;
  };
  /* The words for a value of an enumerated field, e.g. ('actor', 'audience', 'ngo');
   * of a list's own field as ('relationship', 'integration.level', 'compatible'). */
  const word = (kind: string, field: string, value: string | undefined) => {
    if (!value) return '';
    const [outer, inner] = field.split('.');
    const top = byName(kind)?.fields.find((f) => f.name === outer);
    const c = (inner ? top?.fields?.find((f) => f.name === inner) : top)?.choices?.find(
      (x) => x.value === value,
    );
    return c ? choice(lang, c) : value;
  };
  const choices = (kind: string, field: string) =>
    (byName(kind)?.fields.find((f) => f.name === field)?.choices ?? []).map((c) => ({
      value: c.value,
      text: choice(lang, c),
    }));
  const path = (kind: string, id: string) => `/records/${byName(kind)?.plural ?? kind + 's'}/${id}`;
  /* Where a reader goes first: the page that says most. */
  const place = (kind: string, id: string) =>
    kind === 'actor' ? `/partners/${id}` : PAGES[kind] ? `${PAGES[kind]}/${id}` : path(kind, id);
  return {
    kinds,
    byName,
    byPlural: (p: string) => kinds.find((k) => k.plural === p),
    title,
    word,
    choices,
    path,
    place,
  };
}
