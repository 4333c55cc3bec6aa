/* The bundles that were made and taken, newest first, with what became of them. */
import { useText, useLang } from '../i18n/index.ts';
import type { Log, LogItem } from '../lib/exchange.ts';
import { num } from '../lib/format.ts';
import { usePages } from '../lib/pages.ts';
import { Link } from '../lib/router.tsx';
import { Failed, MarkingTag, Section, Shown, Tag, When } from './common.tsx';
import { LoadMore, Table, useFold } from './table.tsx';
import { useCountsText } from './takebundle.tsx';

const TONES = { made: 'warn', taken: 'good', receipted: 'good', gap: 'bad' } as const;

function Rows({ items, peers }: { items: LogItem[]; peers: boolean }) {
  const t = useText();
  const lang = useLang();
  const x = t.exchange;
  const counts = useCountsText();
  const { shown, control } = useFold(items, 12);
  if (items.length === 0) return <p className="none">{x.logNone}</p>;
  return (
    <>
      <Table label={x.log} className="table slim">
        <thead>
          <tr>
            <th scope="col">{x.bundle}</th>
            {peers && <th scope="col">{x.peer}</th>}
            <th scope="col">{x.at}</th>
            <th scope="col">{x.state}</th>
            <th scope="col">{x.does}</th>
            <th scope="col">{t.records.marking}</th>
            <th scope="col">{x.hash}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((b) => (
            <tr key={b.id}>
              <th scope="row" className="nowrap">
                {x.directions[b.direction](num(lang, b.number))}
              </th>
              {peers && (
                <td>
                  <Link to={`/exchange/${b.peer}`}>{b.peer_name ?? t.app.hidden}</Link>
                </td>
              )}
              <td>
                <When at={b.at} short />
              </td>
              <td>
                <Tag tone={TONES[b.state]}>{x.states[b.state]}</Tag>{' '}
                {b.receipted_at && <When at={b.receipted_at} short />}
              </td>
              <td>{counts(b.counts)}</td>
              <td>
                <MarkingTag value={b.marking} />
              </td>
              <td className="mono" title={b.hash}>
                {b.hash.slice(0, 12)}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      {control}
    </>
  );
}

/* Of one peer, or of all; further pages on demand. */
export const useLog = (peer?: string) =>
  usePages<LogItem, Log>('/exchange/log', { ...(peer ? { peer } : {}), limit: 200 });

export function ExchangeLog({ log, peers = false }: { log: ReturnType<typeof useLog>; peers?: boolean }) {
  const t = useText();
  const lang = useLang();
  return (
    <Section id="log" title={t.exchange.log} className="card">
      <Shown query={log.query}>{() => <Rows items={log.items} peers={peers} />}</Shown>
      {log.error ? <Failed error={log.error} retry={log.more} /> : null}
      {(log.hasMore || log.items.length > 200) && (
        <LoadMore more={log.hasMore} busy={log.busy} onMore={log.more} shown={t.app.shown(num(lang, log.items.length))} />
      )}
    </Section>
  );
}
