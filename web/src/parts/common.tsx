/* The small pieces that every page is made of: states of loading, headings, dates, links. */
import { createContext, useContext, useEffect, useRef, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { ApiError } from '../api.ts';
import { marking, named, RefsContext, useLang, useText } from '../i18n/index.ts';
import { ago, when } from '../lib/format.ts';
import { useMarking } from '../lib/markings.ts';
import type { Query } from '../lib/query.ts';
import { hasMoved, Link } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import type { Marked, Marking, Ref } from '../lib/types.ts';
import { Icon, type IconName } from './icons.tsx';

/* Sets the title of the document and, when a link led here, gives the heading the focus, so that a screen
 * reader says which page this is. */
export function PageHead({
  title,
  lead,
  children,
  titleLang,
  kicker,
}: {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
  titleLang?: string;
  kicker?: ReactNode;
}) {
  const t = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title ? `${title} · ${t.app.name}` : t.app.name;
  }, [title, t]);
  useEffect(() => {
    const active = document.activeElement;
    if (!hasMoved()) return;
    if (!active || active === document.body || active.closest('.nav'))
      heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header className="page-head">
      <div className="page-title">
        {kicker && <p className="kicker">{kicker}</p>}
        <h1 ref={heading} tabIndex={-1} lang={titleLang}>
          {title}
        </h1>
        {lead && <p className="lead">{lead}</p>}
      </div>
      {children && <div className="page-actions">{children}</div>}
    </header>
  );
}

export function Loading() {
  const t = useText();
  return (
    <div className="loading" role="status">
      <span className="sr">{t.app.loading}</span>
      <div className="bone wide" />
      <div className="bone" />
      <div className="bone" />
      <div className="bone short" />
    </div>
  );
}

export function errorText(t: ReturnType<typeof useText>, error: unknown): { title: string; detail: string } {
  if (error instanceof ApiError) {
    if (error.code === 'as-partner') return { title: t.asPartner.noWriting, detail: '' };
    if (error.code === 'not-as-partner') return { title: t.asPartner.refused, detail: '' };
    if (error.status === 0) return { title: t.app.failed, detail: t.app.offline };
    if (error.status === 404) return { title: t.app.notFoundTitle, detail: t.app.notFound };
    if (error.status === 410) return { title: t.app.goneTitle, detail: error.detail };
    return {
      title: error.message || t.app.failed,
      detail: error.detail === error.message ? '' : error.detail,
    };
  }
  return { title: t.app.failed, detail: '' };
}

/* The same in one line, for a note beside what was tried. */
export function errorLine(t: ReturnType<typeof useText>, error: unknown): string {
  const { title, detail } = errorText(t, error);
  return [title, detail].filter(Boolean).join(t.app.colon);
}

export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useText();
  const { title, detail } = errorText(t, error);
  return (
    <div className="state-box" role="alert">
      <Icon name="warn" size={22} />
      <p className="state-title">{title}</p>
      {detail && <p>{detail}</p>}
      {retry && (
        <Button className="button" onPress={retry}>
          {t.app.retry}
        </Button>
      )}
    </div>
  );
}

/* Why a form was not taken: read out at once, and brought into view where the form is longer than the screen. */
export function Failure({ text }: { text: string }) {
  const box = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    void box.current?.scrollIntoView({ block: 'nearest' }); /* where it returns a promise, that is no clean-up */
  }, [text]);
  return text ? (
    <p className="note note-bad" role="alert" ref={box}>
      {text}
    </p>
  ) : null;
}

export function Empty({
  title,
  children,
  icon = 'check',
}: {
  title: string;
  children?: ReactNode;
  icon?: IconName;
}) {
  return (
    <div className="state-box">
      <Icon name={icon} size={22} />
      <p className="state-title">{title}</p>
      {children}
    </div>
  );
}

/* Shows the answer to a query with its marking and its references, or why it is not there. */
export function Shown<T extends Marked>({
  query,
  children,
}: {
  query: Query<T>;
  children: (data: T) => ReactNode;
}) {
  const data = query.data as (T & { refs?: Record<string, Ref> }) | undefined;
  const outer = useContext(RefsContext);
  useMarking(data?.marking);
  if (query.error && !data) return <Failed error={query.error} retry={query.reload} />;
  if (!data) return <Loading />;
  return <RefsContext.Provider value={{ ...outer, ...data.refs }}>{children(data)}</RefsContext.Provider>;
}

export function Section({
  title,
  id,
  count,
  children,
  aside,
  className,
}: {
  title: string;
  id: string;
  count?: number;
  children: ReactNode;
  aside?: ReactNode;
  className?: string;
}) {
  return (
    <section className={'section ' + (className ?? '')} aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id} tabIndex={-1}>
          {title}
          {count !== undefined && <span className="count">{count}</span>}
        </h2>
        {aside && <div className="section-aside">{aside}</div>}
      </div>
      {children}
    </section>
  );
}

export const When = ({ at, short }: { at?: string; short?: boolean }) => {
  const lang = useLang();
  return at ? (
    <time dateTime={at} className="nowrap">
      {when(lang, at, short)}
    </time>
  ) : null;
};

export const NowContext = createContext<string>('');
export function Ago({ at, days }: { at?: string; days?: number }) {
  const lang = useLang();
  const now = useContext(NowContext);
  if (!at) return null;
  const d = days ?? Math.floor((+new Date(now || Date.now()) - +new Date(at)) / 864e5);
  return (
    <time dateTime={at} title={when(lang, at)} className="nowrap">
      {ago(lang, d)}
    </time>
  );
}

/* The name of a reference; what the reader may not read has no name and is not shown. */
export function RefName({ id }: { id: string | undefined }) {
  const refs = useContext(RefsContext);
  const lang = useLang();
  const t = useText();
  const ref = id ? refs[id] : undefined;
  if (!ref) return <span className="muted">{t.app.hidden}</span>;
  const name = named(lang, ref);
  return <span lang={name.lang}>{name.text}</span>;
}

/* A reference leads to the page that says most: the brief of an actor, or of what has one. */
export function RefLink({ id, brief = true }: { id: string | undefined; brief?: boolean }) {
  const refs = useContext(RefsContext);
  const { path, place } = useKinds();
  const ref = id ? refs[id] : undefined;
  if (!id || !ref) return <RefName id={id} />;
  return (
    <Link to={brief ? place(ref.kind, id) : path(ref.kind, id)}>
      <RefName id={id} />
    </Link>
  );
}

export function MarkingTag({ value }: { value: Marking | undefined }) {
  const lang = useLang();
  const text = marking(lang, value);
  return text ? <span className="marking-tag">{text}</span> : null;
}

export function Tag({ tone, children }: { tone?: string; children: ReactNode }) {
  return <span className={'tag' + (tone ? ' tag-' + tone : '')}>{children}</span>;
}

export function Priority({ value }: { value: string | undefined }) {
  const { word } = useKinds();
  if (!value) return null;
  const text = word('relationship', 'priority', value);
  return (
    <span className={'priority priority-' + value} title={text}>
      {value}
      <span className="sr"> {text === value ? '' : text}</span>
    </span>
  );
}
