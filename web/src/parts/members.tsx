/* Who brings what to an option: each partner, under what, how surely, how soon and at what burden. */
import { useLang, useText } from '../i18n/index.ts';
import { num } from '../lib/format.ts';
import type { Member, Need, OptionPage } from '../lib/needs.ts';
import { Link } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import type { Lang } from '../lib/types.ts';
import { RefLink, RefName, Tag } from './common.tsx';
import { useReason, useRequirementName } from './gaps.tsx';
import { Readiness, Sure } from './options.tsx';
import { Table } from './table.tsx';

/* Digits for a figure that is mostly whole. */
export const whole = (v: number) => (Number.isInteger(v) ? 0 : 1);

const quantityText = (lang: Lang, q: number, unit: string | undefined) =>
  unit ? `${num(lang, q, whole(q))} ${unit}` : `× ${num(lang, q, whole(q))}`;

function Brings({ m, need }: { m: Member; need: Need }) {
  const t = useText();
  const lang = useLang();
  const nameOf = useRequirementName(need.requirements);
  const reason = useReason();
  const { path } = useKinds();
  return (
    <ul className="brings">
      {m.offers.map((x, i) => {
        const notes = [
          x.type ? t.needs.typeNo(String(x.type)) : '',
          x.attested ? t.needs.attested : '',
          ...(x.notes ?? []).map(reason),
        ].filter(Boolean);
        return (
          <li key={i}>
            {x.offer ? (
              <Link to={path('offer', x.offer)}>
                {x.capability ? <RefName id={x.capability} /> : nameOf(x.requirement)}
              </Link>
            ) : (
              nameOf(x.requirement)
            )}
            <span className="row-sub">
              {x.capability !== need.requirements[x.requirement ?? -1]?.capability &&
                t.needs.counted(nameOf(x.requirement))}
              {x.quantity !== undefined &&
                quantityText(lang, x.quantity, need.requirements[x.requirement ?? -1]?.unit)}
              {notes.length > 0 && ` · ${notes.join(' · ')}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/* The agreements that it would come under, or on what other footing. */
function Under({ m }: { m: Member }) {
  const { word } = useKinds();
  const t = useText();
  const agreements = [...new Set([m.agreement, ...m.offers.map((x) => x.agreement)])].filter(Boolean);
  if (agreements.length)
    return (
      <ul className="brings">
        {agreements.map((id) => (
          <li key={id}>
            <RefLink id={id} />
          </li>
        ))}
      </ul>
    );
  if (m.own) return <span className="muted">{t.needs.ownBasis}</span>;
  return <>{m.basis ? word('offer', 'basis', m.basis) : t.app.none}</>;
}

export function Members({ o, need }: { o: OptionPage; need: Need }) {
  const t = useText();
  const lang = useLang();
  return (
    <Table label={t.needs.whoBrings} className="table members">
      <thead>
        <tr>
          <th scope="col">{t.needs.partner}</th>
          <th scope="col">{t.needs.brings}</th>
          <th scope="col">{t.needs.under}</th>
          <th scope="col">{t.needs.howSure}</th>
          <th scope="col">{t.needs.readiness}</th>
          <th scope="col" className="num">
            {t.needs.burden}
          </th>
        </tr>
      </thead>
      <tbody>
        {o.members.map((m, i) => (
          <tr key={i}>
            <th scope="row">
              <RefLink id={m.actor} />
              <span className="row-sub">
                {m.own && <Tag tone="info">{t.needs.own}</Tag>}{' '}
                {m.last_resort && <Tag tone="warn">{t.needs.lastResort}</Tag>}
              </span>
            </th>
            <td>
              <Brings m={m} need={need} />
            </td>
            <td>
              <Under m={m} />
            </td>
            <td>
              <Sure
                o={{ probability: m.forecast, low: m.low ?? m.forecast, high: m.high ?? m.forecast }}
                width={72}
              />
              {m.evidence !== undefined && (
                <span className="row-sub">
                  {m.evidence ? t.trust.evidence(num(lang, m.evidence), m.evidence) : t.trust.noEvidence}
                </span>
              )}
            </td>
            <td className="nowrap">
              <Readiness hours={m.readiness_hours} />
            </td>
            <td className="num">{m.burden !== undefined && num(lang, m.burden, whole(m.burden))}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
