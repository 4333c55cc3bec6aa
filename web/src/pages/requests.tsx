/* The board of requests: what we asked and what we were asked, column by column through its life, with
 * the clock of each; and what each partner's answers look like so far. */
import { useState } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import { hoursText } from '../lib/duration.ts';
import { num, percent } from '../lib/format.ts';
import { ENDED, type Board, type BoardItem, type PartnerRecord } from '../lib/needs.ts';
import { useQuery } from '../lib/query.ts';
import { Link, setSearch, usePlace } from '../lib/router.tsx';
import { useKinds, useMay } from '../lib/session.tsx';
import { Empty, PageHead, RefLink, RefName, Section, Shown } from '../parts/common.tsx';
import { Segments } from '../parts/explain.tsx';
import { Meter } from '../parts/gaps.tsx';
import { Icon } from '../parts/icons.tsx';
import { RequestCard } from '../parts/requestcard.tsx';
import { SortHeader, Table, useFold } from '../parts/table.tsx';

type Side = 'all' | 'out' | 'in';
/* States that the usual way passes through have a column even when it is empty. */
const WAY = ['draft', 'submitted', 'offered', 'accepted', 'deployed', 'released'];
const ORDER = ['draft', 'submitted', 'validated', 'sourcing', 'offered', 'accepted', 'deployed', 'released'];

function Column({ state, title, items }: { state: string; title: string; items: BoardItem[] }) {
  const t = useText();
  const lang = useLang();
  const { shown, control } = useFold(items, state === 'closed' ? 8 : 12);
  return (
    <section
      className={`board-column board-${items.length ? state : 'empty'}`}
      aria-labelledby={'column-' + state}>
      <h2 id={'column-' + state}>
        {title} <span className="count">{num(lang, items.length)}</span>
      </h2>
      {items.length === 0 ? (
        <p className="none">{t.requests.columnNone}</p>
      ) : (
        <ul>
          {shown.map((i) => (
            <RequestCard
              key={i.request}
              item={i}
              state={(i as BoardItem & { state?: string }).state ?? state}
            />
          ))}
        </ul>
      )}
      {control}
    </section>
  );
}

/* The most pressing first; what has no clock last. */
const pressing = (a: BoardItem, b: BoardItem) =>
  (a.hours_left ?? Infinity) - (b.hours_left ?? Infinity) || a.title.localeCompare(b.title);

function Columns({ board, side, need }: { board: Board; side: Side; need: string }) {
  const t = useText();
  const { word } = useKinds();
  const of = (state: string) =>
    (board.columns.find((c) => c.state === state)?.items ?? [])
      .filter((i) => (side === 'all' || i.direction === side) && (!need || i.need === need))
      .map((i) => ({ ...i, state }))
      .sort(pressing);
  const shown = ORDER.filter((s) => WAY.includes(s) || of(s).length > 0);
  const closed = ENDED.flatMap(of);
  const total = shown.reduce((n, s) => n + of(s).length, closed.length);
  if (total === 0)
    return (
      <Empty title={t.requests.empty} icon="requests">
        <p>{t.requests.emptyHelp}</p>
        <Link className="button" to="/needs">
          {t.needs.title}
        </Link>
      </Empty>
    );
  return (
    <>
      <div className="board" role="region" aria-label={t.requests.board} tabIndex={0}>
        {shown.map((s) => (
          <Column key={s} state={s} title={word('request', 'state', s)} items={of(s)} />
        ))}
      </div>
      {closed.length > 0 && <Column state="closed" title={t.requests.closed} items={closed} />}
    </>
  );
}

const KEYS: Record<string, (p: PartnerRecord) => number> = {
  asked: (p) => p.asked,
  median: (p) => p.median_answer_hours ?? Infinity,
  success: (p) => p.success_rate ?? -1,
};

function PartnerRecords({ items }: { items: PartnerRecord[] }) {
  const t = useText();
  const lang = useLang();
  const [sort, setSort] = useState('-asked');
  const key = KEYS[sort.replace('-', '')] ?? (() => 0);
  const rows = [...items].sort((a, b) => (sort.startsWith('-') ? -1 : 1) * (key(a) - key(b)));
  const r = t.requests;
  const header = (id: string, text: string) => (
    <SortHeader id={id} sort={sort} onSort={setSort} first="desc" numeric>
      {text}
    </SortHeader>
  );
  return (
    <Table label={r.partners} className="table slim">
      <thead>
        <tr>
          <th scope="col">{t.needs.partner}</th>
          {header('asked', r.asked)}
          <th scope="col" className="num">
            {r.inTime}
          </th>
          <th scope="col" className="num">
            {r.late}
          </th>
          <th scope="col" className="num">
            {r.part}
          </th>
          <th scope="col" className="num">
            {r.declined}
          </th>
          <th scope="col" className="num">
            {r.ignored}
          </th>
          <th scope="col" className="num">
            {r.open}
          </th>
          {header('median', r.median)}
          {header('success', r.success)}
        </tr>
      </thead>
      <tbody>
        {rows.map((p, k) => (
          <tr key={k}>
            <th scope="row">
              <RefLink id={p.actor} />
            </th>
            {[p.asked, p.answered_in_time, p.answered_late, p.part, p.declined, p.ignored, p.open].map(
              (v, i) => (
                <td className="num" key={i}>
                  {num(lang, v ?? 0)}
                </td>
              ),
            )}
            <td className="num">
              {p.median_answer_hours !== undefined &&
                (p.median_answer_hours < 1 ? '< ' : '') + hoursText(lang, Math.max(1, p.median_answer_hours))}
            </td>
            <td className="num">
              {p.success_rate !== undefined && (
                <Meter share={p.success_rate} text={percent(lang, p.success_rate)} />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

export function Requests() {
  const t = useText();
  const { byName } = useKinds();
  const write = useMay('write');
  const { search } = usePlace();
  const need = search.get('need') ?? '';
  const side = (search.get('side') ?? 'all') as Side;
  const query = useQuery<Board>('/requests-board');
  const plural = byName('request')?.plural ?? 'requests';
  return (
    <>
      <PageHead title={t.requests.title} lead={t.requests.lead}>
        {write && (
          <Link to={`/records/${plural}/new`} className="button">
            <Icon name="plus" />
            {t.requests.new}
          </Link>
        )}
      </PageHead>
      <Shown query={query}>
        {(b) => (
          <div className="stack">
            <div className="filters" role="group" aria-label={t.records.filter}>
              <Segments
                label={t.requests.side}
                value={side}
                onChange={(v) => setSearch({ side: v === 'all' ? '' : v })}
                options={[
                  { value: 'all', text: t.requests.all },
                  { value: 'out', text: t.requests.out },
                  { value: 'in', text: t.requests.in },
                ]}
              />
              {need && (
                <ul className="picked" aria-label={t.records.filter}>
                  <li>
                    {t.needs.need}
                    {' – '}
                    <RefName id={need} />
                    <button
                      type="button"
                      className="icon-button small"
                      aria-label={t.partners.clear}
                      onClick={() => setSearch({ need: '' })}>
                      <Icon name="close" size={13} />
                    </button>
                  </li>
                </ul>
              )}
            </div>
            <Columns board={b} side={side} need={need} />
            {b.partners.length > 0 && (
              <Section id="partners" title={t.requests.partners} className="card">
                <p className="section-lead">{t.requests.partnersLead}</p>
                <PartnerRecords items={b.partners} />
              </Section>
            )}
          </div>
        )}
      </Shown>
    </>
  );
}
