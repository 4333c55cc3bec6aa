/* What was supplied under an agreement, year by year and in both directions: never netted across
 * agreements, years or currencies. The drawing and its table say the same. */
import { useLang, useText } from '../i18n/index.ts';
import type { Balance, BalanceRow } from '../lib/agreements.ts';
import { num } from '../lib/format.ts';
import type { Lang } from '../lib/types.ts';
import { useOptionWords } from './options.tsx';
import { Table } from './table.tsx';

export function money(lang: Lang, v: number, currency: string | undefined): string {
  if (!currency) return num(lang, v, Number.isInteger(v) ? 0 : 2);
  try {
    return new Intl.NumberFormat(`${lang}-CA`, {
      style: 'currency',
      currency,
      currencyDisplay: 'code',
      maximumFractionDigits: Number.isInteger(v) ? 0 : 2,
      minimumFractionDigits: Number.isInteger(v) ? 0 : 2,
    }).format(v);
  } catch {
    return `${num(lang, v, 2)} ${currency}`;
  }
}

interface Group {
  a: string;
  b: string;
  currency?: string;
  rows: BalanceRow[];
}

function groups(rows: BalanceRow[]): Group[] {
  const out: Group[] = [];
  for (const r of rows) {
    const g = out.find((x) => x.a === r.a && x.b === r.b && x.currency === r.currency);
    if (g) g.rows.push(r);
    else out.push({ a: r.a, b: r.b, currency: r.currency, rows: [r] });
  }
  for (const g of out) g.rows.sort((x, y) => (x.year ?? 0) - (y.year ?? 0));
  return out;
}

const BAR = 26,
  GAP = 26,
  HIGH = 130;

function Bars({ g, label }: { g: Group; label: string }) {
  const most = Math.max(...g.rows.flatMap((r) => [r.a_to_b, r.b_to_a]), 1e-9);
  const h = (v: number) => (v / most) * HIGH;
  const wide = g.rows.length * (2 * BAR + GAP) + GAP;
  return (
    <svg
      className="bars"
      width={wide}
      height={HIGH + 28}
      viewBox={`0 0 ${wide} ${HIGH + 28}`}
      role="img"
      aria-label={label}>
      {g.rows.map((r, i) => {
        const x = GAP + i * (2 * BAR + GAP);
        return (
          <g key={i}>
            <rect
              className="bar-ours"
              x={x}
              y={HIGH - h(r.a_to_b)}
              width={BAR - 2}
              height={h(r.a_to_b)}
              rx="2"
            />
            <rect
              className="bar-theirs"
              x={x + BAR}
              y={HIGH - h(r.b_to_a)}
              width={BAR - 2}
              height={h(r.b_to_a)}
              rx="2"
            />
            <text className="tick" x={x + BAR - 1} y={HIGH + 20} textAnchor="middle">
              {r.year ?? '–'}
            </text>
          </g>
        );
      })}
      <line className="axis-line" x1="4" x2={wide - 4} y1={HIGH + 0.5} y2={HIGH + 0.5} />
    </svg>
  );
}

function GroupView({ g }: { g: Group }) {
  const t = useText();
  const lang = useLang();
  const { name } = useOptionWords();
  const there = `${name(g.a)} → ${name(g.b)}`,
    back = `${name(g.b)} → ${name(g.a)}`;
  const label = `${t.agreements.balance} – ${name(g.a)}, ${name(g.b)}${g.currency ? ', ' + g.currency : ''}`;
  const kinds = g.rows.flatMap((r) => (r.in_kind ?? []).map((k) => ({ ...k, year: r.year ?? '–' })));
  return (
    <div className="balance-group">
      <div className="chart-key">
        <span>
          <i className="swatch swatch-ours" aria-hidden="true" />
          {there}
        </span>
        <span>
          <i className="swatch swatch-theirs" aria-hidden="true" />
          {back}
        </span>
      </div>
      <div className="balance-both">
        <div className="bars-wrap" role="region" aria-label={label} tabIndex={0}>
          <Bars g={g} label={label} />
        </div>
        <Table label={label} className="table slim">
          <thead>
            <tr>
              <th scope="col">{t.agreements.year}</th>
              <th scope="col" className="num">
                {there}
              </th>
              <th scope="col" className="num">
                {back}
              </th>
              <th scope="col" className="num">
                {t.agreements.net}
              </th>
              <th scope="col" className="num">
                {t.agreements.open}
              </th>
            </tr>
          </thead>
          <tbody>
            {g.rows.map((r, k) => (
              <tr key={k}>
                <th scope="row">{r.year ?? t.app.unset}</th>
                {[r.a_to_b, r.b_to_a, r.net].map((v, i) => (
                  <td className="num" key={i}>
                    {money(lang, v, g.currency).replace('-', '\u2212')}
                  </td>
                ))}
                <td className="num">
                  {r.open ? money(lang, r.open, g.currency) : <span className="muted">0</span>}
                  {[
                    [g.a, r.owed_by_a],
                    [g.b, r.owed_by_b],
                  ].map(([who, v]) =>
                    v ? (
                      <span className="row-sub" key={who}>
                        {t.agreements.owedBy(name(String(who)), money(lang, Number(v), g.currency))}
                      </span>
                    ) : null,
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      </div>
      {kinds.length > 0 && (
        <p className="row-sub">
          {t.agreements.inKind}{' '}
          {kinds
            .map(
              (k) =>
                `${k.year}: ${k.item} ${num(lang, k.a_to_b)} / ${num(lang, k.b_to_a)}${k.unit ? ' ' + k.unit : ''}`,
            )
            .join('; ')}
        </p>
      )}
    </div>
  );
}

export function BalanceView({ balance }: { balance: Balance }) {
  const t = useText();
  if (balance.rows.length === 0) return <p className="none">{t.agreements.balanceNone}</p>;
  return (
    <>
      {groups(balance.rows).map((g) => (
        <GroupView key={g.a + g.b + g.currency} g={g} />
      ))}
    </>
  );
}
