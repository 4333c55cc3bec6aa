/* The records of one kind: filtered, sorted and paged by the server. */
import { fileHref } from '../api.ts';
import { choice, RefsContext, useLang, useText } from '../i18n/index.ts';
import { num } from '../lib/format.ts';
import { useMarking } from '../lib/markings.ts';
import { usePages } from '../lib/pages.ts';
import { Link, setSearch, usePlace } from '../lib/router.tsx';
import { useMay } from '../lib/session.tsx';
import { titleOf } from '../lib/title.ts';
import type { Field, Kind, Page, Rec } from '../lib/types.ts';
import { Ago, Empty, Failed, Loading, MarkingTag, PageHead } from '../parts/common.tsx';
import { useFieldText } from '../parts/fields.tsx';
import { Icon } from '../parts/icons.tsx';
import { pluralTitle } from '../parts/shell.tsx';
import { LoadMore, SortHeader, Table } from '../parts/table.tsx';
import { FieldValue } from '../parts/value.tsx';
import { Whose } from '../parts/whose.tsx';
import { useTyped } from './partners.tsx';

/* Two or three telling columns for each kind; others take their first short fields. */
const COLUMNS: Record<string, string[]> = {
  actor: ['nature', 'audience', 'country'],
  relationship: ['priority', 'posture', 'from'],
  engagement: ['when', 'mode', 'status'],
  commitment: ['from', 'to', 'due', 'state'],
  disclosure: ['from', 'to', 'given', 'state'],
  assessment: ['dimension', 'valence', 'on'],
  agreement: ['instrument', 'concluded', 'in_force'],
  membership: ['status', 'from', 'until'],
  posting: ['from', 'until'],
  obligation: ['agreement', 'obligor', 'act', 'trigger'],
  transaction: ['supplier', 'receiver', 'delivered', 'state'],
  request: ['from', 'to', 'response_due', 'state'],
  need: ['priority', 'region', 'from', 'state'],
  offer: ['actor', 'capability', 'basis', 'until'],
  access: ['holder', 'to', 'target'],
  objective: ['owner', 'parent'],
  concept: ['vocabulary', 'notation', 'capability'],
  mapping: ['from', 'relation', 'to'],
  vocabulary: ['owner', 'version'],
};

function columnsOf(kind: Kind): Field[] {
  const names =
    COLUMNS[kind.name] ??
    kind.fields
      .filter((f) => ['enum', 'when', 'ref'].includes(f.type) && !f.many)
      .slice(0, 3)
      .map((f) => f.name);
  return names.flatMap((n) => kind.fields.filter((f) => f.name === n));
}

function Filters({ kind, search }: { kind: Kind; search: URLSearchParams }) {
  const t = useText();
  const lang = useLang();
  const { label } = useFieldText();
  const [text, setText] = useTyped(search.get('q') ?? '', (q) => setSearch({ q }));
  const enums = kind.fields.filter((f) => f.type === 'enum' && !f.many && f.choices?.length).slice(0, 4);
  return (
    <div className="filters" role="group" aria-label={t.records.filter}>
      <div className="filter grow">
        <label htmlFor="f-q">{t.records.filter}</label>
        <input
          id="f-q"
          type="search"
          value={text}
          onChange={(e) => setText(e.target.value)}
          autoComplete="off"
        />
      </div>
      {enums.map((f) => (
        <div className="filter" key={f.name}>
          <label htmlFor={'f-' + f.name}>{label(f)}</label>
          <select
            id={'f-' + f.name}
            value={search.get(f.name) ?? ''}
            onChange={(e) => setSearch({ [f.name]: e.target.value })}>
            <option value="">{t.app.all}</option>
            {f.choices?.map((c) => (
              <option key={c.value} value={c.value}>
                {choice(lang, c)}
              </option>
            ))}
          </select>
        </div>
      ))}
    </div>
  );
}

export function Records({ kind }: { kind: Kind }) {
  const t = useText();
  const lang = useLang();
  const { search } = usePlace();
  const { label } = useFieldText();
  const write = useMay('write');
  const filters = Object.fromEntries([...search].filter(([k]) => k !== 'sort'));
  const sort = search.get('sort') || '-updated';
  const pages = usePages<Rec, Page<Rec>>('/' + kind.plural, { ...filters, sort, limit: 50 });
  const { query, items, refs } = pages;
  useMarking(query.data?.marking);
  const columns = columnsOf(kind);
  const title = pluralTitle(kind, lang);
  const filtered = Object.keys(filters).length > 0;
  const onSort = (s: string) => setSearch({ sort: s === '-updated' ? undefined : s });
  return (
    <>
      <PageHead title={title}>
        <a className="button" href={fileHref(`/${kind.plural}.csv`, { ...filters })} download>
          <Icon name="export" />
          {t.app.export}
        </a>
        {write && kind.name !== 'release' && (
          <Link to={`/records/${kind.plural}/new`} className="button primary">
            <Icon name="plus" />
            {t.app.new}
          </Link>
        )}
      </PageHead>
      <Filters kind={kind} search={search} key={kind.name} />
      {query.error && !query.data ? (
        <Failed error={query.error} retry={query.reload} />
      ) : !query.data ? (
        <Loading />
      ) : items.length === 0 ? (
        <Empty title={filtered ? t.records.empty : t.records.emptyAll} icon="file" />
      ) : (
        <RefsContext.Provider value={refs}>
          <Table label={title} className="table">
            <thead>
              <tr>
                <SortHeader id="title" sort={sort} onSort={onSort}>
                  {t.records.record}
                </SortHeader>
                {columns.map((c) =>
                  c.name === kind.when_field ? (
                    <SortHeader key={c.name} id="when" sort={sort} onSort={onSort} first="desc">
                      {label(c)}
                    </SortHeader>
                  ) : (
                    <th scope="col" key={c.name}>
                      {label(c)}
                    </th>
                  ),
                )}
                <th scope="col">{t.records.marking}</th>
                <SortHeader id="updated" sort={sort} onSort={onSort} first="desc">
                  {t.records.updated}
                </SortHeader>
              </tr>
            </thead>
            <tbody>
              {items.map((r) => {
                const name = titleOf(lang, r, refs);
                return (
                  <tr key={r.id}>
                    <th scope="row">
                      <Link data-row to={`/records/${kind.plural}/${r.id}`} lang={name.lang}>
                        {name.text || r.id}
                      </Link>{' '}
                      <Whose of={r} />
                    </th>
                    {columns.map((c) => (
                      <td key={c.name}>
                        <FieldValue f={c} value={r[c.name]} />
                      </td>
                    ))}
                    <td>
                      <MarkingTag value={r.marking} />
                    </td>
                    <td>
                      <Ago at={r.updated} />
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </Table>
          {pages.error ? <Failed error={pages.error} retry={pages.more} /> : null}
          <LoadMore
            more={pages.hasMore}
            busy={pages.busy}
            onMore={pages.more}
            shown={t.app.shown(num(lang, items.length))}
          />
        </RefsContext.Provider>
      )}
    </>
  );
}
