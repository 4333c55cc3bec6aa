/* The needs: what must be brought about, where and by when; each leads to its options. */
import { RefsContext, useLang, useText } from '../i18n/index.ts';
import { num } from '../lib/format.ts';
import { useMarking } from '../lib/markings.ts';
import { usePages } from '../lib/pages.ts';
import { regionName } from '../lib/regions.ts';
import { Link, setSearch, usePlace } from '../lib/router.tsx';
import { useKinds, useMay } from '../lib/session.tsx';
import { titleOf } from '../lib/title.ts';
import type { Need } from '../lib/needs.ts';
import type { Page } from '../lib/types.ts';
import { StateTag, text } from '../parts/brief.tsx';
import { Empty, Failed, Loading, PageHead, Priority, When } from '../parts/common.tsx';
import { Icon } from '../parts/icons.tsx';
import { LoadMore, SortHeader, Table } from '../parts/table.tsx';
import { useTyped } from './partners.tsx';

export function Window({ from, until }: { from?: string; until?: string }) {
  if (!from && !until) return null;
  return (
    <span className="nowrap">
      {from && <When at={from} short />} – {until && <When at={until} short />}
    </span>
  );
}

function Row({ need }: { need: Need }) {
  const lang = useLang();
  const name = titleOf(lang, need, {});
  return (
    <tr>
      <th scope="row">
        <Link data-row to={`/needs/${need.id}`} lang={name.lang} className="row-link">
          {name.text}
        </Link>
        {text(need, 'place') && <span className="row-sub">{text(need, 'place')}</span>}
      </th>
      <td>
        <Priority value={need.priority} />
      </td>
      <td>{need.region ? regionName(lang, need.region) : ''}</td>
      <td>
        <Window from={need.from} until={need.until} />
      </td>
      <td>
        <StateTag kind="need" field="state" value={need.state} />
      </td>
      <td className="num">{num(lang, need.requirements?.length ?? 0)}</td>
    </tr>
  );
}

export function Needs() {
  const t = useText();
  const lang = useLang();
  const { search } = usePlace();
  const { choices } = useKinds();
  const write = useMay('write');
  const p = (name: string) => search.get(name) ?? '';
  const sort = p('sort') || '-updated';
  const filters = { q: p('q'), state: p('state'), priority: p('priority') };
  const filtered = Object.values(filters).some(Boolean);
  const pages = usePages<Need, Page<Need>>('/needs', { ...filters, sort, limit: 50 });
  const { query, items } = pages;
  useMarking(query.data?.marking);
  const [typed, setTyped] = useTyped(filters.q, (q) => setSearch({ q }));
  const onSort = (s: string) => setSearch({ sort: s === '-updated' ? undefined : s });
  const fresh = write && (
    <Link to="/needs/new" className="button primary">
      <Icon name="plus" />
      {t.needs.new}
    </Link>
  );
  return (
    <>
      <PageHead title={t.needs.title} lead={t.needs.lead}>
        {fresh}
      </PageHead>
      <div className="filters" role="group" aria-label={t.records.filter}>
        <div className="filter grow">
          <label htmlFor="f-q">{t.records.filter}</label>
          <input
            id="f-q"
            type="search"
            value={typed}
            onChange={(e) => setTyped(e.target.value)}
            autoComplete="off"
          />
        </div>
        {(['state', 'priority'] as const).map((f) => (
          <div className="filter" key={f}>
            <label htmlFor={'f-' + f}>{t.needs[f]}</label>
            <select id={'f-' + f} value={filters[f]} onChange={(e) => setSearch({ [f]: e.target.value })}>
              <option value="">{t.app.all}</option>
              {choices('need', f).map((c) => (
                <option key={c.value} value={c.value}>
                  {c.text}
                </option>
              ))}
            </select>
          </div>
        ))}
      </div>
      {query.error && !query.data ? (
        <Failed error={query.error} retry={query.reload} />
      ) : !query.data ? (
        <Loading />
      ) : items.length === 0 ? (
        <Empty title={filtered ? t.needs.empty : t.needs.emptyAll} icon="target">
          {!filtered && <p>{t.needs.emptyHelp}</p>}
          {!filtered && fresh}
        </Empty>
      ) : (
        <RefsContext.Provider value={pages.refs}>
          <Table label={t.needs.title} className="table">
            <thead>
              <tr>
                <SortHeader id="title" sort={sort} onSort={onSort}>
                  {t.needs.need}
                </SortHeader>
                <th scope="col">{t.needs.priority}</th>
                <th scope="col">{t.needs.region}</th>
                <SortHeader id="from" sort={sort} onSort={onSort}>
                  {t.needs.window}
                </SortHeader>
                <th scope="col">{t.needs.state}</th>
                <th scope="col" className="num">
                  {t.needs.requirements}
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((n) => (
                <Row key={n.id} need={n} />
              ))}
            </tbody>
          </Table>
          {pages.error ? <Failed error={pages.error} retry={pages.more} /> : null}
          <LoadMore
            more={pages.hasMore}
            busy={pages.busy}
            onMore={pages.more}
            shown={t.needs.count(num(lang, items.length), items.length)}
          />
        </RefsContext.Provider>
      )}
    </>
  );
}
