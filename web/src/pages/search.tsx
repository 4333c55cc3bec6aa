/* Finding anything by its words. */
import { Fragment, type ReactNode } from 'react';
import { named, useLang, useText } from '../i18n/index.ts';
import { day, num } from '../lib/format.ts';
import { useMarking } from '../lib/markings.ts';
import { usePages } from '../lib/pages.ts';
import { Link, setSearch, usePlace } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import type { Hit, Page } from '../lib/types.ts';
import { Empty, Failed, Loading, MarkingTag, PageHead } from '../parts/common.tsx';
import { LoadMore } from '../parts/table.tsx';
import { pluralTitle } from '../parts/shell.tsx';
import { Whose } from '../parts/whose.tsx';
import { useTyped } from './partners.tsx';

/* The server puts \u0002 and \u0003 around what matched. */
export function Snippet({ text }: { text: string }): ReactNode {
  return text
    .split(/(\u0002[^\u0003]*\u0003)/)
    .map((part, i) =>
      part.startsWith('\u0002') ? (
        <mark key={i}>{part.slice(1, -1)}</mark>
      ) : (
        <Fragment key={i}>{part.replace(/[\u0002\u0003]/g, '')}</Fragment>
      ),
    );
}

function Results({ q, kind }: { q: string; kind: string }) {
  const t = useText();
  const lang = useLang();
  const { place, title } = useKinds();
  const pages = usePages<Hit, Page<Hit>>('/search', { q, kind, limit: 30 });
  const { query, items } = pages;
  useMarking(query.data?.marking);
  if (query.error && !query.data) return <Failed error={query.error} retry={query.reload} />;
  if (!query.data) return <Loading />;
  if (items.length === 0)
    return (
      <Empty title={t.search.none(q)} icon="search">
        <p>{t.search.noneHelp}</p>
      </Empty>
    );
  return (
    <div className={query.loading ? 'busy' : undefined}>
      <p className="sr" role="status">
        {t.search.results(num(lang, items.length), items.length)}
      </p>
      <ol className="hits card">
        {items.map((h) => {
          const name = named(lang, h);
          const plain = (h.snippet ?? '').replace(/[\u0002\u0003]/g, '');
          return (
            <li key={h.kind + h.id}>
              <div className="hit-head">
                <Link to={place(h.kind, h.id)} lang={name.lang}>
                  {plain === name.text && h.snippet ? (
                    <Snippet text={h.snippet} />
                  ) : (
                    name.text || title(h.kind)
                  )}
                </Link>{' '}
                <Whose of={h} /> <MarkingTag value={h.marking} />
              </div>
              <p className="row-sub">
                {[title(h.kind), day(lang, h.at)].filter(Boolean).join(' · ')}
                {plain && plain !== name.text ? (
                  <>
                    {' '}
                    — <Snippet text={h.snippet ?? ''} />
                  </>
                ) : null}
              </p>
            </li>
          );
        })}
      </ol>
      {pages.error ? <Failed error={pages.error} retry={pages.more} /> : null}
      <LoadMore
        more={pages.hasMore}
        busy={pages.busy}
        onMore={pages.more}
        shown={
          pages.hasMore
            ? t.search.shown(num(lang, items.length))
            : t.search.results(num(lang, items.length), items.length)
        }
      />
    </div>
  );
}

export function Search() {
  const t = useText();
  const lang = useLang();
  const { search } = usePlace();
  const { kinds } = useKinds();
  const q = search.get('q') ?? '',
    kind = search.get('kind') ?? '';
  const [text, setText] = useTyped(q, (v) => setSearch({ q: v.trim() }));
  return (
    <>
      <PageHead title={t.search.title} lead={t.search.hint} />
      <div className="filters" role="group" aria-label={t.search.title}>
        <div className="filter grow">
          <label htmlFor="search-text">{t.search.empty}</label>
          <input
            id="search-text"
            type="search"
            value={text}
            onChange={(e) => setText(e.target.value)}
            autoComplete="off"
          />
        </div>
        <div className="filter">
          <label htmlFor="search-kind">{t.search.kind}</label>
          <select id="search-kind" value={kind} onChange={(e) => setSearch({ kind: e.target.value })}>
            <option value="">{t.search.allKinds}</option>
            {kinds.map((k) => (
              <option key={k.name} value={k.name}>
                {pluralTitle(k, lang)}
              </option>
            ))}
          </select>
        </div>
      </div>
      {q ? (
        <Results q={q} kind={kind} />
      ) : (
        <Empty title={t.search.empty} icon="search">
          <p>{t.search.hint}</p>
        </Empty>
      )}
    </>
  );
}
