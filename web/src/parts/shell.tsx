/* The frame of every page: marking above and below, navigation, search, language, appearance,
 * news from others, and the keyboard shortcuts. */
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components';
import { named, useLang, useText } from '../i18n/index.ts';
import { num } from '../lib/format.ts';
import { useShortcuts } from '../lib/keys.ts';
import { listen, refresh, useCalls, useNews } from '../lib/live.ts';
import { asPartner } from '../lib/partner.ts';
import { setTheme, usePrefs, type Theme } from '../lib/prefs.ts';
import { Link, useGo, usePlace } from '../lib/router.tsx';
import { useKinds, useMay, useSession } from '../lib/session.tsx';
import { toast, useToast } from '../lib/toast.ts';
import { PartnerBanner, PartnerSwitch } from './aspartner.tsx';
import { LanguageSwitch, MarkingBanner } from './banner.tsx';
import { Icon, Mark, type IconName } from './icons.tsx';
import { ShortcutsHelp } from './help.tsx';
import { openQuick } from './draft.ts';
import { QuickEntry } from './quick.tsx';

function NavItem({
  to,
  icon,
  children,
  exact,
}: {
  to: string;
  icon?: IconName;
  children: ReactNode;
  exact?: boolean;
}) {
  const { path } = usePlace();
  const here = exact ? path === to : path === to || path.startsWith(to + '/');
  return (
    <li>
      <Link to={to} aria-current={here ? 'page' : undefined}>
        {icon && <Icon name={icon} size={17} />}
        {children}
      </Link>
    </li>
  );
}

function Navigation() {
  const t = useText();
  const lang = useLang();
  const { kinds, byName } = useKinds();
  const admin = useMay('admin');
  const disclose = useMay('disclose');
  const write = useMay('write');
  return (
    <nav className="nav" aria-label={t.app.navigation}>
      <ul>
        <NavItem to="/" icon="today" exact>
          {t.nav.today}
        </NavItem>
        <NavItem to="/partners" icon="partners">
          {t.nav.partners}
        </NavItem>
        <NavItem to="/network" icon="network">
          {t.nav.network}
        </NavItem>
        {byName('need') && (
          <NavItem to="/needs" icon="target">
            {t.nav.needs}
          </NavItem>
        )}
        {byName('request') && (
          <NavItem to="/requests" icon="requests">
            {t.nav.requests}
          </NavItem>
        )}
        <NavItem to="/calendar" icon="calendar">
          {t.nav.calendar}
        </NavItem>
        <NavItem to="/plan" icon="clock">
          {t.nav.plan}
        </NavItem>
        <NavItem to="/health" icon="shield">
          {t.nav.health}
        </NavItem>
        <NavItem to="/continuity" icon="users">
          {t.nav.continuity}
        </NavItem>
        {disclose && (
          <NavItem to="/exchange" icon="swap">
            {t.nav.exchange}
          </NavItem>
        )}
        {disclose && (
          <NavItem to="/releases" icon="seal">
            {t.nav.releases}
          </NavItem>
        )}
        <NavItem to="/search" icon="search">
          {t.nav.search}
        </NavItem>
      </ul>
      <h2 className="nav-title">{t.nav.records}</h2>
      <ul className="nav-kinds">
        {kinds.map((k) => (
          <NavItem key={k.name} to={`/records/${k.plural}`}>
            {pluralTitle(k, lang)}
          </NavItem>
        ))}
      </ul>
      <h2 className="nav-title">{t.nav.admin}</h2>
      <ul>
        {write && (
          <NavItem to="/import" icon="imports">
            {t.nav.imports}
          </NavItem>
        )}
        {admin && (
          <NavItem to="/users" icon="users">
            {t.nav.users}
          </NavItem>
        )}
        <NavItem to="/about" icon="about">
          {t.nav.about}
        </NavItem>
      </ul>
    </nav>
  );
}

const FR_PLURALS: Record<string, string> = {
  actor: 'Acteurs',
  posting: 'Affectations',
  membership: 'Appartenances',
  relationship: 'Relations',
  engagement: 'Activités',
  commitment: 'Engagements',
  disclosure: 'Confidences',
  assessment: 'Appréciations',
  agreement: 'Accords',
  obligation: 'Obligations',
  transaction: 'Transactions',
  request: 'Demandes',
  need: 'Besoins',
  offer: 'Offres',
  access: 'Accès',
  objective: 'Objectifs',
  vocabulary: 'Vocabulaires',
  concept: 'Concepts',
  mapping: 'Correspondances',
  annotation: 'Annotations',
  release: 'Diffusions',
};
export function pluralTitle(
  k: { name: string; plural: string; title_fr: string; titles_en?: string; titles_fr?: string },
  lang: string,
): string {
  if (lang === 'fr') return k.titles_fr ?? FR_PLURALS[k.name] ?? k.title_fr + 's';
  const plain = k.plural.replace(/_/g, ' ');
  return k.titles_en ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

function SearchBox() {
  const t = useText();
  const goTo = useGo();
  const { path, search } = usePlace();
  const q = path === '/search' ? (search.get('q') ?? '') : '';
  const onSubmit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const value = String(new FormData(e.currentTarget).get('q') ?? '').trim();
    goTo('/search' + (value ? '?q=' + encodeURIComponent(value) : ''));
  };
  return (
    <form role="search" className="searchbox" onSubmit={onSubmit}>
      <Icon name="search" />
      <input
        id="search"
        key={q}
        name="q"
        type="search"
        defaultValue={q}
        autoComplete="off"
        aria-label={t.search.placeholder}
        placeholder={t.search.placeholder}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}

function UserMenu({ onHelp }: { onHelp: () => void }) {
  const t = useText();
  const { me, signOut } = useSession();
  const goTo = useGo();
  const { theme, dark } = usePrefs();
  const themes: [Theme, string][] = [
    ['system', t.app.themeSystem],
    ['light', t.app.themeLight],
    ['dark', t.app.themeDark],
  ];
  const name = me.user.display_name || me.user.username;
  return (
    <>
      <MenuTrigger>
        <Button className="icon-button" aria-label={t.app.theme}>
          <Icon name={dark ? 'moon' : 'sun'} />
        </Button>
        <Popover className="popover" placement="bottom end">
          <Menu
            className="menu"
            aria-label={t.app.theme}
            selectionMode="single"
            selectedKeys={[theme]}
            disallowEmptySelection
            onSelectionChange={(keys) => {
              const [k] = keys as Set<Theme>;
              if (k) setTheme(k);
            }}>
            {themes.map(([id, text]) => (
              <MenuItem key={id} id={id} className="menu-item">
                {({ isSelected }) => (
                  <>
                    <span className="menu-check">{isSelected && <Icon name="check" size={14} />}</span>
                    {text}
                  </>
                )}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
      <MenuTrigger>
        <Button className="user-button" aria-label={`${name}: ${t.app.account}`}>
          <span className="avatar" aria-hidden="true" data-letter={name.slice(0, 1).toUpperCase()} />
          <span className="user-name">{name}</span>
          <Icon name="down" size={14} />
        </Button>
        <Popover className="popover" placement="bottom end">
          <Menu
            className="menu"
            aria-label={t.app.account}
            onAction={(key) => {
              if (key === 'account') goTo('/account');
              else if (key === 'help') onHelp();
              else signOut();
            }}>
            <MenuItem id="account" className="menu-item">
              <Icon name="user" />
              {t.nav.account}
            </MenuItem>
            <MenuItem id="help" className="menu-item">
              <Icon name="keys" />
              {t.app.help}
            </MenuItem>
            <Separator className="menu-line" />
            <MenuItem id="out" className="menu-item">
              <Icon name="export" />
              {t.app.signOut}
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
    </>
  );
}

function News() {
  const t = useText();
  const lang = useLang();
  const count = useNews(),
    calls = useCalls();
  const said = [
    count > 0 && t.app.newEntries(num(lang, count), count),
    calls > 0 && t.attention.moved(num(lang, calls), calls),
  ].filter(Boolean);
  return (
    <div role="status" className="news-place">
      {said.length > 0 && (
        <div className="news">
          <span>{said.join(' · ')}</span>
          <Button className="button small" onPress={refresh}>
            {t.app.refresh}
          </Button>
        </div>
      )}
    </div>
  );
}

function Toasts() {
  const current = useToast();
  const t = useText();
  return (
    <div className="toasts" role="status" aria-live="polite">
      {current && (
        <div className="toast">
          <Icon name="check" />
          <span>{current.text}</span>
          {current.action && (
            <Button
              className="button small"
              onPress={() => {
                const run = current.action?.run;
                toast(null);
                run?.();
              }}>
              {current.action.label}
            </Button>
          )}
          <Button className="icon-button small" aria-label={t.app.dismiss} onPress={() => toast(null)}>
            <Icon name="close" size={14} />
          </Button>
        </div>
      )}
    </div>
  );
}

export function Shell({ children }: { children: ReactNode }) {
  const t = useText();
  const lang = useLang();
  const goTo = useGo();
  const { me } = useSession();
  const write = useMay('write');
  const disclose = useMay('disclose');
  const { path } = usePlace();
  const [help, setHelp] = useState(false);
  const [menu, setMenu] = useState(false);
  const main = useRef<HTMLElement>(null);
  /* What others change is streamed to the officer; to a partner's eyes it would say too much. */
  useEffect(() => (asPartner() ? undefined : listen()), []);
  useEffect(() => setMenu(false), [path]);
  useShortcuts({
    n: () => write && openQuick(),
    '/': () => document.getElementById('search')?.focus(),
    '?': () => setHelp(true),
    gt: () => goTo('/'),
    gp: () => goTo('/partners'),
    gn: () => goTo('/network'),
    gb: () => goTo('/needs'),
    gr: () => goTo('/requests'),
    gc: () => goTo('/calendar'),
    gl: () => goTo('/plan'),
    gi: () => goTo('/introductions'),
    gh: () => goTo('/health'),
    go: () => goTo('/continuity'),
    gx: () => disclose && goTo('/exchange'),
    gd: () => disclose && goTo('/releases'),
  });
  const home = named(lang, me.home);
  return (
    <>
      <a
        className="skip"
        href="#content"
        onClick={(e) => {
          e.preventDefault();
          main.current?.focus();
        }}>
        {t.app.skip}
      </a>
      <MarkingBanner at="top" />
      <PartnerBanner />
      <div className="shell">
        <header
          className={'side' + (menu ? ' side-open' : '')}
          onKeyDown={(e) => {
            if (e.key === 'Escape') setMenu(false);
          }}>
          <div className="brand-row">
            <Link to="/" className="brand">
              <Mark />
              <span>{t.app.name}</span>
            </Link>
            <Button
              className="icon-button menu-button"
              aria-expanded={menu}
              aria-controls="side-body"
              aria-label={menu ? t.app.closeMenu : t.app.menu}
              onPress={() => setMenu(!menu)}>
              <Icon name={menu ? 'close' : 'menu'} size={20} />
            </Button>
          </div>
          <div className="side-body" id="side-body">
            {write && (
              <Button className="button primary new-button" onPress={() => openQuick()}>
                <Icon name="plus" />
                {t.nav.quick}
                <kbd aria-hidden="true">n</kbd>
              </Button>
            )}
            <Navigation />
            {me.home && !asPartner() && (
              <p className="home-org">
                <span className="muted">{t.account.org}</span>
                <br />
                <span lang={home.lang}>{home.text}</span>
              </p>
            )}
          </div>
        </header>
        <div className="body">
          <div className="topbar" role="region" aria-label={t.app.tools}>
            <SearchBox />
            <News />
            <div className="topbar-end">
              <PartnerSwitch />
              <LanguageSwitch />
              <UserMenu onHelp={() => setHelp(true)} />
            </div>
          </div>
          <main id="content" ref={main} tabIndex={-1}>
            {children}
          </main>
        </div>
      </div>
      <MarkingBanner at="bottom" />
      <Toasts />
      <QuickEntry />
      <ShortcutsHelp open={help} onClose={() => setHelp(false)} />
    </>
  );
}
