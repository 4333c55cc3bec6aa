/* What stands on every page: the marking of what is shown, and the way to the other language. */
import { marking, useLang, useText } from '../i18n/index.ts';
import { useMarkings } from '../lib/markings.ts';
import { usePlace } from '../lib/router.tsx';
import { useSession } from '../lib/session.tsx';
import type { Level } from '../lib/types.ts';

/* The other language, named in that language; the rest of the address stays, and so does input. */
export function LanguageSwitch() {
  const lang = useLang();
  const t = useText();
  const { path, search } = usePlace();
  const other = lang === 'en' ? 'fr' : 'en';
  const query = search.toString();
  const href = `/${other}${path === '/' ? '' : path}${query ? '?' + query : ''}`;
  return (
    <a
      className="language"
      href={href}
      hrefLang={`${other}-CA`}
      lang={`${other}-CA`}
      title={t.lang.switchTo}
      onClick={(e) => {
        if (e.metaKey || e.ctrlKey || e.shiftKey) return;
        e.preventDefault();
        history.replaceState(null, '', href);
        window.dispatchEvent(new PopStateEvent('popstate'));
      }}>
      {t.lang.other}
    </a>
  );
}

/* White or black text, whichever reads better on the colour that the policy gives to a level. */
function inkOn(color: string): string {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const c = parseInt(color.slice(i, i + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#000' : '#fff';
}

export function MarkingBanner({ at }: { at: 'top' | 'bottom' }) {
  const t = useText();
  const lang = useLang();
  const shown = useMarkings();
  const { policy } = useSession();
  /* A policy may put its name before the class, and one class may be part of another's name. */
  const rank = (text: string) => {
    const class_ = (l: Level) => l.marking_en || l.name;
    const found = policy.levels.filter((l) => text.split('//')[0]?.includes(class_(l)));
    const longest = found.sort((a, b) => class_(b).length - class_(a).length)[0];
    return longest ? policy.levels.indexOf(longest) : -1;
  };
  const all = [...shown].sort((a, b) => rank(b.en) - rank(a.en));
  const color = all[0] ? policy.levels[rank(all[0].en)]?.color : undefined;
  return (
    <div
      className={`marking marking-${at}`}
      style={color && /^#[0-9a-f]{6}$/i.test(color) ? { background: color, color: inkOn(color) } : undefined}
      role="region"
      aria-label={`${t.app.marking} (${at === 'top' ? '1' : '2'})`}>
      {all.length === 0 ? t.app.noMarking : all.map((m) => marking(lang, m)).join('  +  ')}
    </div>
  );
}
