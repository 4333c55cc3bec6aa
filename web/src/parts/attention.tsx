/* What fades in a relationship: when trust falls below the floor, the last contact with its form and
 * who was there, and whether it all comes from one side. */
import { useLang, useText } from '../i18n/index.ts';
import { ago, day, num, percent } from '../lib/format.ts';
import { Link } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import type { ContactState, Falls, Nurtured } from '../lib/types.ts';
import { RefLink, Tag } from './common.tsx';

const SOON_DAYS = 30;

/* Below, soon or later, or a quiet word when it stays above. */
export function FallsTag({ falls, floor }: { falls: Falls; floor: number }) {
  const t = useText();
  const lang = useLang();
  const at = percent(lang, floor);
  if (falls.state === 'below') return <Tag tone="bad">{t.attention.below(at)}</Tag>;
  if (falls.state === 'never') return null;
  return (
    <Tag tone={(falls.in_days ?? 0) < SOON_DAYS ? 'warn' : undefined}>
      {t.attention.falls(at, day(lang, falls.on))}
    </Tag>
  );
}

/* The same in a table whose head names the floor. */
export function FallsCell({ falls, floor }: { falls: Falls; floor: number }) {
  const t = useText();
  const lang = useLang();
  const at = percent(lang, floor);
  if (falls.state === 'below') return <Tag tone="bad">{t.attention.isBelow}</Tag>;
  if (falls.state === 'never')
    return (
      <span className="muted">
        <span aria-hidden="true">–</span>
        <span className="sr">{t.attention.stays(at)}</span>
      </span>
    );
  const soon = (falls.in_days ?? 0) < SOON_DAYS;
  return <span className={'nowrap' + (soon ? ' contact-warn' : '')}>{day(lang, falls.on)}</span>;
}

export function Overdue({ contact }: { contact: ContactState }) {
  const t = useText();
  const lang = useLang();
  return contact.overdue_days > 0 && contact.days_since !== undefined ? (
    <Tag tone="warn">{t.attention.overdue(num(lang, contact.overdue_days), contact.overdue_days)}</Tag>
  ) : null;
}

/* The first few by name, the rest by number. */
function With({ people, few }: { people: string[]; few: number }) {
  const t = useText();
  const lang = useLang();
  const more = people.length - few;
  return people.length ? (
    <>
      {' '}
      {t.attention.with}{' '}
      {people.slice(0, few).map((p, i) => (
        <span key={p}>
          {i > 0 && ', '}
          <RefLink id={p} />
        </span>
      ))}
      {more > 0 && <span className="nowrap"> {t.attention.others(num(lang, more))}</span>}
    </>
  ) : null;
}

/* "Visit, with A and B", without the date that stands beside it. */
export function ContactHow({ contact, few = 3 }: { contact: ContactState; few?: number }) {
  const { word, path } = useKinds();
  const last = contact.last;
  return last ? (
    <>
      <Link to={path('engagement', last.engagement)}>{word('engagement', 'mode', last.mode)}</Link>
      <With people={last.with} few={few} />
    </>
  ) : null;
}

export function LastContact({ contact }: { contact: ContactState }) {
  const t = useText();
  const lang = useLang();
  if (!contact.last) return <>{t.attention.never}</>;
  return (
    <>
      {t.attention.last(ago(lang, contact.days_since ?? 0), '')} · <ContactHow contact={contact} />
    </>
  );
}

/* Who begins and who delivers, where it is one side alone. */
export function Sided({ of }: { of: Nurtured }) {
  const t = useText();
  const said = [t.attention.began[of.began.side], t.attention.delivers[of.delivered.side]].filter(Boolean);
  return said.length ? (
    <>
      {said.map((s) => (
        <Tag key={s} tone="quiet">
          {s}
        </Tag>
      ))}
    </>
  ) : null;
}
