/* The lists of a brief: people, contacts, promises both ways, agreements and what was confided. */
import { useContext } from 'react';
import { RefsContext, useLang, useText } from '../i18n/index.ts';
import { day, num } from '../lib/format.ts';
import { Link } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import type { Brief, Rec } from '../lib/types.ts';
import { MarkingTag, Priority, RefLink, RefName, Tag, When } from './common.tsx';
import { Table, useFold } from './table.tsx';
import { Whose } from './whose.tsx';

export const text = (r: Rec, field: string) =>
  typeof r[field] === 'string' ? (r[field] as string) : undefined;

const STATE_TONE: Record<string, string> = {
  kept: 'good',
  honoured: 'good',
  open: 'info',
  in_confidence: 'info',
  late: 'warn',
  disputed: 'warn',
  broken: 'bad',
  breached: 'bad',
  held: 'quiet',
  planned: 'info',
  cancelled: 'warn',
  positive: 'good',
  neutral: 'quiet',
  negative: 'bad',
};
export function StateTag({ kind, field, value }: { kind: string; field: string; value: string | undefined }) {
  const { word } = useKinds();
  return value ? <Tag tone={STATE_TONE[value]}>{word(kind, field, value)}</Tag> : null;
}

const None = ({ children }: { children: string }) => <p className="none">{children}</p>;

export function Promises({ items, none, now }: { items: Rec[]; none: string; now: string }) {
  const t = useText();
  const sorted = [...items].sort(
    (a, b) =>
      Number(text(b, 'state') === 'open') - Number(text(a, 'state') === 'open') ||
      (text(b, 'due') ?? '').localeCompare(text(a, 'due') ?? ''),
  );
  const { shown, control } = useFold(sorted, 6);
  if (items.length === 0) return <None>{none}</None>;
  return (
    <>
      <ul className="rows">
        {shown.map((c) => {
          const due = text(c, 'due'),
            late = text(c, 'state') === 'open' && due !== undefined && due < now.slice(0, due.length);
          return (
            <li key={c.id}>
              <div className="rows-main">
                <Link to={`/records/commitments/${c.id}`}>{text(c, 'text')}</Link> <Whose of={c} />
                <span className="row-sub">
                  {due && (
                    <>
                      {t.today.due} <When at={due} short />
                    </>
                  )}
                  {text(c, 'stakes') && text(c, 'stakes') !== 'routine'
                    ? ` · ${t.stakes[text(c, 'stakes') as 'critical']}`
                    : ''}
                </span>
              </div>
              {late ? (
                <Tag tone="bad">{t.partner.overdue}</Tag>
              ) : (
                <StateTag kind="commitment" field="state" value={text(c, 'state')} />
              )}
            </li>
          );
        })}
      </ul>
      {control}
    </>
  );
}

export function Engagements({ items }: { items: Rec[] }) {
  const t = useText();
  const { word } = useKinds();
  const { shown, control } = useFold(items, 10);
  if (items.length === 0) return <None>{t.partner.engagementsNone}</None>;
  return (
    <>
      <Table label={t.partner.engagements} className="table slim">
        <thead>
          <tr>
            <th scope="col">{t.partner.date}</th>
            <th scope="col">{t.quick.subject}</th>
            <th scope="col">{t.quick.mode}</th>
            <th scope="col">{t.quick.outcome}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((e) => (
            <tr key={e.id}>
              <td>
                <When at={text(e, 'when')?.slice(0, 10)} short />
              </td>
              <th scope="row">
                <Link data-row to={`/records/engagements/${e.id}`}>
                  {text(e, 'title')}
                </Link>{' '}
                <Whose of={e} />
                {text(e, 'summary') && <span className="row-sub">{text(e, 'summary')}</span>}
              </th>
              <td>{word('engagement', 'mode', text(e, 'mode'))}</td>
              <td>
                {text(e, 'status') !== 'held' ? (
                  <StateTag kind="engagement" field="status" value={text(e, 'status')} />
                ) : (
                  <StateTag kind="engagement" field="outcome" value={text(e, 'outcome')} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      {control}
    </>
  );
}

export function People({ brief }: { brief: Brief }) {
  const t = useText();
  const { shown, control } = useFold(brief.people, 10);
  const units = useFold(brief.units, 12);
  const refs = useContext(RefsContext);
  return (
    <>
      {brief.people.length === 0 ? (
        <None>{t.partner.peopleNone}</None>
      ) : (
        <Table label={t.partner.people} className="table slim">
          <thead>
            <tr>
              <th scope="col">{t.partner.person}</th>
              <th scope="col">{t.partner.position}</th>
              <th scope="col">{t.partner.period2}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((p, i) => (
              <tr key={i} className={p.current === false ? 'former' : undefined}>
                <th scope="row">
                  {p.person === p.position ? (
                    <RefLink id={p.position} brief={false} />
                  ) : (
                    <RefLink id={p.person} brief={false} />
                  )}{' '}
                  <Whose of={p} />
                </th>
                <td>{p.position && p.position !== p.person && <RefLink id={p.position} brief={false} />}</td>
                <td className="nowrap">
                  {p.from && <When at={p.from} short />}
                  {p.until ? (
                    <>
                      {' '}
                      – <When at={p.until} short />
                    </>
                  ) : p.from ? (
                    ' –'
                  ) : (
                    ''
                  )}{' '}
                  {p.current === false && <Tag tone="quiet">{t.partner.former}</Tag>}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {control}
      {brief.units.length > 0 && (
        <>
          <h3 className="sub">{t.partner.units}</h3>
          <ul className="chips">
            {units.shown.map((u) => (
              <li key={u}>
                <RefLink id={u} /> <Whose of={refs[u] ?? {}} />
              </li>
            ))}
          </ul>
          {units.control}
        </>
      )}
    </>
  );
}

export function Agreements({ items }: { items: Rec[] }) {
  const t = useText();
  const lang = useLang();
  const { word } = useKinds();
  const sorted = [...items].sort((a, b) =>
    (text(b, 'concluded') ?? '').localeCompare(text(a, 'concluded') ?? ''),
  );
  const { shown, control } = useFold(sorted, 8);
  if (items.length === 0) return <None>{t.partner.agreementsNone}</None>;
  return (
    <>
      <ul className="rows">
        {shown.map((a) => (
          <li key={a.id}>
            <div className="rows-main">
              <Link to={`/agreements/${a.id}`}>
                {(lang === 'fr' && text(a, 'title_fr')) || text(a, 'title')}
              </Link>{' '}
              <Whose of={a} />
              <span className="row-sub">
                {[
                  word('agreement', 'instrument', text(a, 'instrument')),
                  day(lang, text(a, 'in_force') ?? text(a, 'concluded')),
                  text(a, 'ended') && `– ${day(lang, text(a, 'ended'))}`,
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </div>
          </li>
        ))}
      </ul>
      {control}
    </>
  );
}

export function Disclosures({ items }: { items: Rec[] }) {
  const t = useText();
  const { word } = useKinds();
  const { shown, control } = useFold(items, 6);
  if (items.length === 0) return <None>{t.partner.disclosuresNone}</None>;
  return (
    <>
      <ul className="rows">
        {shown.map((d) => (
          <li key={d.id}>
            <div className="rows-main">
              <Link to={`/records/disclosures/${d.id}`}>{text(d, 'summary')}</Link> <Whose of={d} />
              <span className="row-sub">
                <RefName id={text(d, 'from')} /> → <RefName id={text(d, 'to')} /> ·{' '}
                {word('disclosure', 'what', text(d, 'what'))} · <When at={text(d, 'given')} short />{' '}
                <MarkingTag value={d.marking} />
              </span>
            </div>
            <StateTag kind="disclosure" field="state" value={text(d, 'state')} />
          </li>
        ))}
      </ul>
      {control}
    </>
  );
}

export function Memberships({ items }: { items: Rec[] }) {
  const t = useText();
  const { shown, control } = useFold(items, 16);
  if (items.length === 0) return <None>{t.partner.membershipsNone}</None>;
  return (
    <>
      <ul className="chips">
        {shown.map((m) => (
          <li key={m.id}>
            <RefLink id={text(m, 'group')} /> <Whose of={m} />
            {text(m, 'until') ? (
              <span className="muted">
                {' '}
                – <When at={text(m, 'until')} short />
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {control}
    </>
  );
}

export function Assessments({ items }: { items: Rec[] }) {
  const t = useText();
  const { shown, control } = useFold(items, 5);
  if (items.length === 0) return <None>{t.partner.assessmentsNone}</None>;
  return (
    <>
      <ul className="rows">
        {shown.map((a) => {
          const d = text(a, 'dimension') as keyof typeof t.trust.dimensions | undefined;
          return (
            <li key={a.id}>
              <div className="rows-main">
                <Link to={`/records/assessments/${a.id}`}>{text(a, 'rationale')}</Link> <Whose of={a} />
                <span className="row-sub">
                  {d ? t.trust.dimensions[d] : ''} · <When at={text(a, 'on')} short />
                </span>
              </div>
              <StateTag kind="assessment" field="valence" value={text(a, 'valence')} />
            </li>
          );
        })}
      </ul>
      {control}
    </>
  );
}

export function RelationshipFacts({ r }: { r: Rec }) {
  const t = useText();
  const lang = useLang();
  const { word } = useKinds();
  const w = (f: string) => word('relationship', f, text(r, f));
  const integration =
    (r.integration as { channel?: string; level?: string; target?: string; date?: string }[] | undefined) ??
    [];
  const ideal = r.cadence_ideal as number | undefined,
    longest = r.cadence_longest as number | undefined;

  return (
    <dl className="facts">
      <div>
        <dt>{t.partners.priority}</dt>
        <dd>
          <Priority value={text(r, 'priority')} />{' '}
          {w('priority') !== text(r, 'priority') ? w('priority') : ''}
        </dd>
      </div>
      <div>
        <dt>{t.partners.posture}</dt>
        <dd>{w('posture') || t.app.unset}</dd>
      </div>
      <div>
        <dt>{t.partner.facts}</dt>
        <dd>{[w('nature'), w('horizon'), w('term')].filter(Boolean).join(' · ')}</dd>
      </div>
      {text(r, 'from') && (
        <div>
          <dt>{t.partner.since}</dt>
          <dd>
            <When at={text(r, 'from')} />
          </dd>
        </div>
      )}
      {text(r, 'steward') && (
        <div>
          <dt>{t.partner.steward}</dt>
          <dd>
            <RefLink id={text(r, 'steward')} brief={false} />
          </dd>
        </div>
      )}
      {longest && (
        <div>
          <dt>{t.partner.cadence}</dt>
          <dd>{t.partner.cadenceText(num(lang, ideal ?? longest), num(lang, longest))}</dd>
        </div>
      )}
      {integration.map((i, k) => (
        <div key={k}>
          <dt>
            {t.partner.integration}: {i.channel}
          </dt>
          <dd>
            {t.partner.integrationTo(
              word('relationship', 'integration.level', i.level),
              word('relationship', 'integration.target', i.target),
            )}{' '}
            {i.date && <When at={i.date} short />}
          </dd>
        </div>
      ))}
      {text(r, 'purpose') && (
        <div className="facts-wide">
          <dt>{t.partner.purpose}</dt>
          <dd>{text(r, 'purpose')}</dd>
        </div>
      )}
    </dl>
  );
}
