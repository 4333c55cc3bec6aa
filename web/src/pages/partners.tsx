/* The portfolio: every relationship with trust in both directions. Filters and order are in the
 * address, so that a view can be kept, shared and come back to. */
import { useEffect, useState } from 'react';
import { fileHref } from '../api.ts';
import { named, RefsContext, useLang, useText } from '../i18n/index.ts';
import { country, num, percent, when } from '../lib/format.ts';
import { useMarking } from '../lib/markings.ts';
import { usePages } from '../lib/pages.ts';
import { Link, setSearch, usePlace } from '../lib/router.tsx';
import { useKinds, useMay } from '../lib/session.tsx';
import type { Portfolio, PortfolioRow } from '../lib/types.ts';
import { ContactHow, FallsCell, Sided } from '../parts/attention.tsx';
import { Ago, Empty, Failed, Loading, PageHead, Priority } from '../parts/common.tsx';
import { Icon } from '../parts/icons.tsx';
import { LoadMore, SortHeader, Table } from '../parts/table.tsx';
import { Spark, Trend, TrustCell } from '../parts/trust.tsx';
import { Whose } from '../parts/whose.tsx';

const ATTENTION = ['any', 'below', 'soon', 'overdue', 'one_sided'] as const;

function Filter({
  name,
  label,
  choices,
  value,
}: {
  name: string;
  label: string;
  choices: { value: string; text: string }[];
  value: string;
}) {
  const t = useText();
  return (
    <div className="filter">
      <label htmlFor={'f-' + name}>{label}</label>
      <select id={'f-' + name} value={value} onChange={(e) => setSearch({ [name]: e.target.value })}>
        <option value="">{t.app.all}</option>
        {choices.map((c) => (
          <option key={c.value} value={c.value}>
            {c.text}
          </option>
        ))}
      </select>
    </div>
  );
}

/* The text filter follows the typing after a short rest. */
export function useTyped(value: string, apply: (v: string) => void, rest = 250) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => apply(text), rest);
    return () => clearTimeout(timer);
  });
  return [text, setText] as const;
}

export function contactTone(state: string | undefined) {
  return state === 'fading' ? 'bad' : state === 'due' ? 'warn' : state === 'none' ? 'quiet' : 'good';
}

function Row({ row, floor }: { row: PortfolioRow; floor: number }) {
  const t = useText();
  const lang = useLang();
  const { word } = useKinds();
  const name = named(lang, row);
  return (
    <tr>
      <th scope="row">
        <Link to={`/partners/${row.partner}`} data-row lang={name.lang} className="row-link">
          {name.text}
        </Link>{' '}
        <Whose of={row} />
        <span className="row-sub">
          {[
            word('actor', 'audience', row.audience),
            row.country && row.audience !== 'partner_nation' ? country(lang, row.country) : '',
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </th>
      <td>
        <Priority value={row.priority} />
      </td>
      <td>
        <TrustCell figure={row.trust} />
      </td>
      <td>
        <TrustCell figure={row.earned} />
      </td>
      <td className="num">
        <Trend value={row.trend} />
      </td>
      <td className="spark-cell">
        <Spark values={row.spark} label={t.trust.oursShort} />
      </td>
      <td>
        <FallsCell falls={row.falls} floor={floor} />
      </td>
      <td className="contact-cell">
        <span className={`contact contact-${contactTone(row.contact_state)}`}>
          {row.last_contact ? <Ago at={row.last_contact} days={row.days_since_contact} /> : null}
          <span className="contact-word">{t.state[row.contact_state ?? 'none']}</span>
        </span>
        {row.contact.last && (
          <span className="row-sub">
            <ContactHow contact={row.contact} few={1} />
          </span>
        )}
        <span className="row-tags">
          <Sided of={row} />
        </span>
      </td>
      <td className="num">
        {row.open_commitments ? num(lang, row.open_commitments) : <span className="muted">0</span>}
        {Boolean(row.overdue_commitments) && (
          <span className="overdue">
            {t.partners.overdue(num(lang, row.overdue_commitments ?? 0), row.overdue_commitments ?? 0)}
          </span>
        )}
      </td>
    </tr>
  );
}

export function Partners() {
  const t = useText();
  const lang = useLang();
  const { search } = usePlace();
  const { choices } = useKinds();
  const write = useMay('write');
  const p = (name: string) => search.get(name) ?? '';
  const sort = p('sort') || 'partner';
  const filters = {
    q: p('q'),
    audience: p('audience'),
    priority: p('priority'),
    posture: p('posture'),
    attention: p('attention'),
    as_of: p('as_of'),
  };
  const filtered = Boolean(filters.q || filters.audience || filters.priority || filters.posture || filters.attention);
  const params = { ...filters, sort, limit: 50 };
  const pages = usePages<PortfolioRow, Portfolio>('/portfolio', params);
  const { query, items } = pages;
  useMarking(query.data?.marking);
  const [text, setText] = useTyped(filters.q, (q) => setSearch({ q }));
  const onSort = (s: string) => setSearch({ sort: s === 'partner' ? undefined : s });
  const header = (
    id: string,
    label: string,
    o: { numeric?: boolean; title?: string; first?: 'asc' | 'desc' } = {},
  ) => (
    <SortHeader id={id} sort={sort} onSort={onSort} {...o}>
      {label}
    </SortHeader>
  );
  return (
    <>
      <PageHead title={t.partners.title} lead={t.partners.lead}>
        <a className="button" href={fileHref('/relationships.csv')} download>
          <Icon name="export" />
          {t.app.export}
        </a>
        {write && (
          <Link to="/records/relationships/new" className="button">
            <Icon name="plus" />
            {t.partners.new}
          </Link>
        )}
      </PageHead>
      <div className="filters" role="group" aria-label={t.records.filter}>
        <div className="filter grow">
          <label htmlFor="f-q">{t.partners.search}</label>
          <input
            id="f-q"
            type="search"
            value={text}
            onChange={(e) => setText(e.target.value)}
            autoComplete="off"
          />
        </div>
        <Filter
          name="audience"
          label={t.partners.audience}
          choices={choices('actor', 'audience')}
          value={filters.audience}
        />
        <Filter
          name="priority"
          label={t.partners.priority}
          choices={choices('relationship', 'priority')}
          value={filters.priority}
        />
        <Filter
          name="posture"
          label={t.partners.posture}
          choices={choices('relationship', 'posture')}
          value={filters.posture}
        />
        <Filter
          name="attention"
          label={t.attention.filter}
          choices={ATTENTION.map((value) => ({ value, text: t.attention.filters[value] }))}
          value={filters.attention}
        />
        {filtered && (
          <button
            type="button"
            className="link-button"
            onClick={() => setSearch({ q: '', audience: '', priority: '', posture: '', attention: '' })}>
            {t.partners.clear}
          </button>
        )}
      </div>
      {query.error && !query.data ? (
        <Failed error={query.error} retry={query.reload} />
      ) : !query.data ? (
        <Loading />
      ) : items.length === 0 ? (
        <Empty title={filtered ? t.partners.empty : t.partners.emptyAll} icon="partners">
          {!filtered && <p>{t.partners.emptyHelp}</p>}
        </Empty>
      ) : (
        <RefsContext.Provider value={pages.refs}>
          <div className={query.loading ? 'busy' : undefined} aria-busy={query.loading}>
            <Table label={t.partners.title} className="table portfolio">
              <thead>
                <tr>
                  {header('partner', t.partners.partner)}
                  {header('priority', t.partners.priority)}
                  {header('trust', t.partners.trust, { first: 'desc', title: t.trust.ours })}
                  {header('earned', t.partners.earned, { first: 'desc', title: t.trust.theirs })}
                  {header('trend', t.partners.trend, { numeric: true, title: t.trust.trendHelp })}
                  <th scope="col" className="spark-cell">
                    {t.partners.year}
                  </th>
                  {header('fading_on', t.attention.column, {
                    title: t.attention.columnHelp(percent(lang, query.data.floor)),
                  })}
                  {header('last_contact', t.partners.contact)}
                  <th scope="col" className="num" title={t.partners.commitmentsHelp}>
                    {t.partners.commitments}
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((r) => (
                  <Row key={r.relationship} row={r} floor={query.data?.floor ?? 0} />
                ))}
              </tbody>
            </Table>
            {pages.error ? <Failed error={pages.error} retry={pages.more} /> : null}
            <LoadMore
              more={pages.hasMore}
              busy={pages.busy}
              onMore={pages.more}
              shown={`${t.app.shown(num(lang, items.length))} · ${t.partners.of(when(lang, query.data.as_of.slice(0, 10)))}`}
            />
          </div>
        </RefsContext.Provider>
      )}
    </>
  );
}
