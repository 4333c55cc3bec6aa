/* The options of a need side by side: sorted as asked, each with its interval, and in words for those
 * who hear rather than see. */
import { useContext, useMemo, useState } from 'react';
import { RefsContext, refTitle, useLang, useText } from '../i18n/index.ts';
import { hoursText } from '../lib/duration.ts';
import { num, percent } from '../lib/format.ts';
import type { Option } from '../lib/needs.ts';
import { Link } from '../lib/router.tsx';
import { band } from '../lib/trust.ts';
import type { Lang } from '../lib/types.ts';
import { RefName, Tag } from './common.tsx';
import { usesLastResort } from './scatter.tsx';
import { SortHeader, Table } from './table.tsx';
import { RangeBar } from './trust.tsx';

type Figure = Pick<Option, 'probability' | 'low' | 'high' | 'digits'>;

/* No more places than the evidence bears: two of the fraction are a whole per cent. Where it bears
 * less than that, the figure says that it is about. */
export const digitsOf = (o: { digits?: number }) => Math.max(0, Math.min(2, (o.digits ?? 2) - 2));
export const sure = (lang: Lang, p: number, o: { digits?: number }) =>
  ((o.digits ?? 2) < 2 ? '≈ ' : '') + percent(lang, p, digitsOf(o));
export const partnersOf = (o: Option) =>
  o.members.flatMap((m) => (m.own || m.actor === undefined ? [] : [m.actor]));

/* "Jordan, Belgium" – or that nobody else is needed. */
export function useOptionWords() {
  const t = useText();
  const lang = useLang();
  const refs = useContext(RefsContext);
  const name = (id: string | undefined) => (id && refTitle(lang, refs[id])) || t.app.hidden;
  const who = (o: Option) => {
    const others = o.members.filter((m) => !m.own).map((m) => name(m.actor));
    return others.length
      ? new Intl.ListFormat(`${lang}-CA`, { type: 'conjunction' }).format(others)
      : t.needs.ownOnly;
  };
  const say = (o: Option, at: number) =>
    t.needs.optionWords({
      no: String(at),
      who: who(o),
      probability: sure(lang, o.probability, o),
      low: percent(lang, o.low, digitsOf(o)),
      high: percent(lang, o.high, digitsOf(o)),
      burden: num(lang, o.burden, Number.isInteger(o.burden) ? 0 : 1),
      partners: num(lang, o.partners),
      count: o.partners,
    }) + (usesLastResort(o) ? ` ${t.needs.withLastResort}` : '');
  return { name, who, say };
}

/* A probability with its interval, as a number and as a bar. */
export function Sure({ o, width = 96 }: { o: Figure; width?: number }) {
  const t = useText();
  const lang = useLang();
  const digits = digitsOf(o);
  return (
    <span className="sure">
      <strong className={`band-${band(o.probability)}`}>{sure(lang, o.probability, o)}</strong>
      <RangeBar low={o.low} high={o.high} value={o.probability} band={band(o.probability)} width={width} />
      <span className="sure-range">
        {t.needs.between(percent(lang, o.low, digits), percent(lang, o.high, digits))}
      </span>
    </span>
  );
}

export function Readiness({ hours }: { hours: number | undefined }) {
  const t = useText();
  const lang = useLang();
  return hours === undefined ? (
    <span className="muted">{t.app.unset}</span>
  ) : (
    <>{hours <= 0 ? t.needs.readyNow : hoursText(lang, hours)}</>
  );
}

const KEYS: Record<string, (o: Option) => number> = {
  no: () => 0,
  probability: (o) => o.probability,
  burden: (o) => o.burden,
  readiness: (o) => o.readiness_hours ?? Infinity,
  partners: (o) => o.partners,
  weakest: (o) => o.weakest?.probability ?? 1,
};

export function OptionsTable({
  options,
  path,
  chosen,
  onChoose,
}: {
  options: Option[];
  path: (o: Option) => string;
  chosen: string;
  onChoose: (key: string) => void;
}) {
  const t = useText();
  const lang = useLang();
  const { who } = useOptionWords();
  const [sort, setSort] = useState('no');
  const rows = useMemo(() => {
    const down = sort.startsWith('-');
    const key = KEYS[sort.replace('-', '')] ?? (() => 0);
    return options
      .map((o, i) => ({ o, n: i + 1 }))
      .sort((a, b) => (down ? -1 : 1) * (key(a.o) - key(b.o)) || a.n - b.n);
  }, [options, sort]);
  const header = (id: string, text: string, first: 'asc' | 'desc' = 'asc', numeric = false) => (
    <SortHeader id={id} sort={sort} onSort={setSort} first={first} numeric={numeric}>
      {text}
    </SortHeader>
  );
  return (
    <Table label={t.needs.options} className="table options-table">
      <thead>
        <tr>
          {header('no', t.needs.number)}
          <th scope="col">{t.needs.who}</th>
          {header('probability', t.needs.probability, 'desc')}
          {header('burden', t.needs.burden, 'asc', true)}
          {header('readiness', t.needs.readiness)}
          {header('partners', t.needs.partners, 'asc', true)}
          {header('weakest', t.needs.weakest, 'desc')}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ o, n }) => (
          <tr
            key={o.key}
            className={o.key === chosen ? 'row-on' : undefined}
            onMouseEnter={() => onChoose(o.key)}
            onMouseLeave={() => onChoose('')}>
            <td className="num">{n}</td>
            <th scope="row">
              <Link data-row to={path(o)} onFocus={() => onChoose(o.key)}>
                {who(o)}
              </Link>{' '}
              {usesLastResort(o) && <Tag tone="warn">{t.needs.lastResort}</Tag>}
            </th>
            <td>
              <Sure o={o} />
            </td>
            <td className="num">{num(lang, o.burden, Number.isInteger(o.burden) ? 0 : 1)}</td>
            <td className="nowrap">
              <Readiness hours={o.readiness_hours} />
            </td>
            <td className="num">{num(lang, o.partners)}</td>
            <td>
              {o.weakest && (
                <>
                  <RefName id={o.weakest.actor} />
                  <span className="row-sub">{percent(lang, o.weakest.probability)}</span>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
