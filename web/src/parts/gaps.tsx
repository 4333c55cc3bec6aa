/* What is missing when nothing covers a need, and the cheapest ways to mend it: each step leads to a
 * form that is already begun. */
import { useContext } from 'react';
import { RefsContext, refTitle, useLang, useText } from '../i18n/index.ts';
import { num, percent } from '../lib/format.ts';
import type { Action, Candidate, Critical, Excluded, Gaps, Repair, Requirement } from '../lib/needs.ts';
import { presetPath } from '../lib/preset.ts';
import { Link } from '../lib/router.tsx';
import { useKinds, useMay } from '../lib/session.tsx';
import { RefLink, RefName, Tag } from './common.tsx';
import { Icon } from './icons.tsx';
import { sure } from './options.tsx';
import { Table, useFold } from './table.tsx';

/* A requirement is named after its capability. */
export function useRequirementName(requirements: Requirement[]) {
  const lang = useLang();
  const t = useText();
  const refs = useContext(RefsContext);
  return (i: number | undefined) => {
    const r = i === undefined ? undefined : requirements[i];
    return r ? refTitle(lang, refs[r.capability]) || t.needs.requirementNo(String((i ?? 0) + 1)) : '';
  };
}

export function useReason() {
  const t = useText();
  return (code: string) => (t.needs.reasons as Record<string, string>)[code] ?? code.replace(/_/g, ' ');
}

function Step({ a, nameOf }: { a: Action; nameOf: (i: number | undefined) => string }) {
  const t = useText();
  const lang = useLang();
  const { byName } = useKinds();
  const write = useMay('write');
  const kind = a.link && byName(a.link.kind);
  const said = (lang === 'fr' && a.detail_fr) || a.detail;
  return (
    <li className="step">
      <div>
        <strong>{(t.needs.actions as Record<string, string>)[a.action] ?? a.action}</strong>
        {a.actor && (
          <>
            {' – '}
            <RefLink id={a.actor} />
          </>
        )}
        <span className="row-sub">
          {[said, a.requirement !== undefined ? nameOf(a.requirement) : ''].filter(Boolean).join(' · ')}
          {a.capability && a.requirement === undefined && (
            <>
              {' · '}
              <RefName id={a.capability} />
            </>
          )}
          {a.offer && (
            <>
              {' · '}
              <RefLink id={a.offer} />
            </>
          )}
        </span>
      </div>
      {write && kind && a.link && (
        <Link className="button small no-print" to={presetPath(kind, a.link.preset, a.link.id)}>
          <Icon name={a.link.id ? 'edit' : 'plus'} size={14} />
          {(a.link.id ? t.needs.changeIt : t.needs.begin)(lang === 'fr' ? kind.title_fr : kind.title_en)}
        </Link>
      )}
    </li>
  );
}

function RepairCard({ r, n, nameOf }: { r: Repair; n: number; nameOf: (i: number | undefined) => string }) {
  const t = useText();
  const lang = useLang();
  return (
    <li className="card repair">
      <div className="repair-head">
        <h3>{t.needs.repair(num(lang, n))}</h3>
        <span className="muted small-text">
          {[
            t.needs.price(num(lang, r.price, Number.isInteger(r.price) ? 0 : 1)),
            r.probability !== undefined ? t.needs.then(sure(lang, r.probability, r)) : '',
            r.burden !== undefined ? t.needs.burdenOf(num(lang, r.burden)) : '',
            r.partners !== undefined ? t.needs.partnersOf(num(lang, r.partners), r.partners) : '',
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      <ol className="steps">
        {r.actions.map((a, i) => (
          <Step key={i} a={a} nameOf={nameOf} />
        ))}
      </ol>
    </li>
  );
}

export function GapsPanel({ gaps, requirements }: { gaps: Gaps; requirements: Requirement[] }) {
  const t = useText();
  const lang = useLang();
  const nameOf = useRequirementName(requirements);
  const reason = useReason();
  return (
    <>
      {gaps.missing.length > 0 && (
        <ul className="missing">
          {gaps.missing.map((m) => (
            <li key={m.requirement}>
              <Icon name="warn" size={15} /> <strong>{nameOf(m.requirement)}</strong>
              <span className="row-sub">
                {[
                  t.needs.missing(
                    num(lang, requirements[m.requirement]?.quantity ?? 1),
                    num(lang, m.best_quantity ?? 0),
                  ),
                  ...Object.entries(m.reasons ?? {}).map(([r, c]) => `${reason(r)} (${num(lang, c)})`),
                ].join(' · ')}
              </span>
            </li>
          ))}
        </ul>
      )}
      {gaps.repairs.length === 0 ? (
        <p className="none">{t.needs.noRepair}</p>
      ) : (
        <ol className="repairs">
          {gaps.repairs.map((r, i) => (
            <RepairCard key={i} r={r} n={i + 1} nameOf={nameOf} />
          ))}
        </ol>
      )}
    </>
  );
}

/* Offers whose word for the thing is close to ours, but not the same: somebody must say so. */
export function Candidates({ items, requirements }: { items: Candidate[]; requirements: Requirement[] }) {
  const t = useText();
  const { byName } = useKinds();
  const write = useMay('write');
  const nameOf = useRequirementName(requirements);
  const { shown, control } = useFold(items, 6);
  const mapping = byName('mapping');
  return (
    <>
      <ul className="rows">
        {shown.map((c, i) => (
          <li key={i}>
            <div className="rows-main">
              <RefLink id={c.offer} />
              <span className="row-sub">
                <RefName id={c.actor} /> · {nameOf(c.requirement)}
              </span>
            </div>
            {write && mapping && (
              <Link
                className="button small no-print"
                to={presetPath(
                  mapping,
                  c.mapping
                    ? { relation: 'exact' }
                    : { from: requirements[c.requirement]?.capability, relation: 'exact' },
                  c.mapping,
                )}>
                {t.needs.confirm}
              </Link>
            )}
          </li>
        ))}
      </ul>
      {control}
    </>
  );
}

export function ExcludedOffers({ items, requirements }: { items: Excluded[]; requirements: Requirement[] }) {
  const t = useText();
  const nameOf = useRequirementName(requirements);
  const reason = useReason();
  const { shown, control } = useFold(items, 12);
  return (
    <>
      <Table label={t.needs.excluded} className="table slim">
        <thead>
          <tr>
            <th scope="col">{t.needs.offer}</th>
            <th scope="col">{t.needs.partner}</th>
            <th scope="col">{t.needs.requirement}</th>
            <th scope="col">{t.needs.whyNot}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((x, i) => (
            <tr key={i}>
              <th scope="row">
                <RefLink id={x.offer} />
              </th>
              <td>
                <RefLink id={x.actor} />
              </td>
              <td>{nameOf(x.requirement)}</td>
              <td>{x.reasons.map(reason).join('; ')}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {control}
    </>
  );
}

/* A bar for a share of the most, and its figure. */
export function Meter({ share, text }: { share: number; text: string }) {
  return (
    <span className="meter">
      <svg width="80" height="10" viewBox="0 0 80 10" aria-hidden="true" focusable="false">
        <rect className="meter-track" width="80" height="10" rx="2" />
        <rect className="meter-fill" width={Math.max(0, Math.min(1, share) * 80)} height="10" rx="2" />
      </svg>
      {text}
    </span>
  );
}

/* How much each partner matters for this need. */
export function CriticalityTable({ items }: { items: Critical[] }) {
  const t = useText();
  const lang = useLang();
  const sorted = [...items].sort((a, b) => (b.shapley ?? 0) - (a.shapley ?? 0) || b.options - a.options);
  const most = Math.max(...sorted.map((c) => c.shapley ?? 0), 1e-9);
  const { shown, control } = useFold(sorted, 7);
  return (
    <>
      <Table label={t.needs.criticality} className="table slim">
        <thead>
          <tr>
            <th scope="col">{t.needs.partner}</th>
            <th scope="col" title={t.needs.shapleyHelp}>
              {t.needs.shapley}
            </th>
            <th scope="col" className="num" title={t.needs.banzhafHelp}>
              {t.needs.banzhaf}
            </th>
            <th scope="col" className="num">
              {t.needs.inOptions}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((c, i) => (
            <tr key={i}>
              <th scope="row">
                <RefLink id={c.actor} /> {c.indispensable && <Tag tone="warn">{t.needs.indispensable}</Tag>}
              </th>
              <td>
                {c.shapley === null ? (
                  <span className="muted">{t.needs.tooMany}</span>
                ) : (
                  <Meter share={c.shapley / most} text={percent(lang, c.shapley, 1)} />
                )}
              </td>
              <td className="num">{c.banzhaf !== null && percent(lang, c.banzhaf, 1)}</td>
              <td className="num">{t.needs.ofCount(num(lang, c.options), num(lang, c.of))}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {control}
    </>
  );
}
