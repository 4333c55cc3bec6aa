/* One need: its requirements, the options that cover it, and when none does, what is missing and how to
 * mend it. */
import { useContext, useState, type ReactNode } from 'react';
import { RefsContext, useLang, useText } from '../i18n/index.ts';
import { durationText } from '../lib/duration.ts';
import { num, percent } from '../lib/format.ts';
import { useMarking } from '../lib/markings.ts';
import type { Criticality, Gaps, Need, Option, Options } from '../lib/needs.ts';
import { ApiError } from '../api.ts';
import { useQuery } from '../lib/query.ts';
import { regionName } from '../lib/regions.ts';
import { Link, setSearch, usePlace } from '../lib/router.tsx';
import { useKinds, useMay } from '../lib/session.tsx';
import { titleOf } from '../lib/title.ts';
import { StateTag, text } from '../parts/brief.tsx';
import { MarkingTag, PageHead, Priority, RefLink, Section, Shown, When } from '../parts/common.tsx';
import { Candidates, CriticalityTable, ExcludedOffers, GapsPanel } from '../parts/gaps.tsx';
import { Icon } from '../parts/icons.tsx';
import { LabelText } from '../parts/label.tsx';
import { OptionsTable, partnersOf, useOptionWords } from '../parts/options.tsx';
import { Scatter } from '../parts/scatter.tsx';
import { Table } from '../parts/table.tsx';
import { Gone } from './record.tsx';
import { Window } from './needs.tsx';

export function Requirements({ need }: { need: Need }) {
  const t = useText();
  const lang = useLang();
  const quantity = (v: number) => new Intl.NumberFormat(`${lang}-CA`, { maximumFractionDigits: 3 }).format(v);
  return (
    <Table label={t.needs.requirements} className="table slim">
      <thead>
        <tr>
          <th scope="col">{t.needs.capability}</th>
          <th scope="col" className="num">
            {t.needs.quantity}
          </th>
          <th scope="col">{t.needs.type}</th>
          <th scope="col">{t.needs.requiredBy}</th>
          <th scope="col">{t.needs.duration}</th>
          <th scope="col" className="num" title={t.needs.redundancyHelp}>
            {t.needs.redundancy}
          </th>
        </tr>
      </thead>
      <tbody>
        {need.requirements.map((r, i) => (
          <tr key={i}>
            <th scope="row">
              <RefLink id={r.capability} />
              {r.note && <span className="row-sub">{r.note}</span>}
            </th>
            <td className="num">
              {quantity(r.quantity ?? 1)} {r.unit}
            </td>
            <td>
              {r.type
                ? r.type === 1
                  ? t.needs.mostAble
                  : t.needs.typeAtLeast(String(r.type))
                : t.needs.anyType}
            </td>
            <td>
              <When at={r.required_by} short />
            </td>
            <td>{durationText(lang, r.duration)}</td>
            <td className="num">{num(lang, r.redundancy ?? 1)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Conditions({ need }: { need: Need }) {
  const t = useText();
  const { word } = useKinds();
  const facts: [string, ReactNode][] = [
    [t.needs.agreementRule, word('need', 'agreement_rule', need.agreement_rule)],
    [t.needs.requester, need.requester && <RefLink id={need.requester} />],
    [t.needs.objective, need.objective && <RefLink id={need.objective} />],
    [t.needs.disclosure, need.disclosure && <LabelText label={need.disclosure} />],
    [t.needs.closeWhen, need.close_when],
    [t.needs.legal, text(need, 'legal')],
    [t.needs.lastResort, need.last_resort ? t.needs.lastResortAllowed : ''],
  ];
  return (
    <dl className="facts need-facts">
      {facts
        .filter(([, v]) => v)
        .map(([label, v]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{v}</dd>
          </div>
        ))}
    </dl>
  );
}

/* Whether anything better may have been missed, said plainly. */
function SolveNote({ o }: { o: Options }) {
  const t = useText();
  const lang = useLang();
  const gap = percent(lang, o.gap ?? 0, 1);
  const words =
    o.state === 'exact'
      ? t.needs.exact
      : o.state === 'within'
        ? t.needs.within(gap)
        : typeof o.gap === 'number'
          ? t.needs.stopped(gap)
          : t.needs.stoppedOpen;
  return (
    <p className={'note note-' + (o.state === 'exact' ? 'good' : o.state === 'within' ? 'info' : 'warn')}>
      <Icon name={o.state === 'exact' ? 'check' : 'about'} /> {words}{' '}
      {o.columns !== undefined && (
        <span className="small-text">
          {t.needs.considered(num(lang, o.columns), num(lang, o.partners ?? 0))}
        </span>
      )}
    </p>
  );
}

/* Whom one can leave out, and their names, are those of the whole answer: it was there before. */
function WithoutFilter({ need, answer, without }: { need: string; answer: Options; without: string[] }) {
  const whole = useQuery<Options>(without.length ? `/needs/${need}/options` : null, {}).data ?? answer;
  const refs = { ...useContext(RefsContext), ...whole.refs };
  return (
    <RefsContext.Provider value={refs}>
      <WithoutChoice actors={[...new Set(whole.options.flatMap(partnersOf))]} without={without} />
    </RefsContext.Provider>
  );
}

function WithoutChoice({ actors, without }: { actors: string[]; without: string[] }) {
  const t = useText();
  const { name } = useOptionWords();
  const left = actors.filter((a) => !without.includes(a)).sort((a, b) => name(a).localeCompare(name(b)));
  const set = (list: string[]) => setSearch({ without: list.join(',') });
  return (
    <div className="without no-print">
      <div className="filter">
        <label htmlFor="without">{t.needs.without}</label>
        <select id="without" value="" onChange={(e) => e.target.value && set([...without, e.target.value])}>
          <option value="">{t.needs.withoutChoose}</option>
          {left.map((a) => (
            <option key={a} value={a}>
              {name(a)}
            </option>
          ))}
        </select>
      </div>
      {without.length > 0 && (
        <ul className="picked" aria-label={t.needs.without}>
          {without.map((a) => (
            <li key={a}>
              {t.needs.withoutOne(name(a))}
              <button
                type="button"
                className="icon-button small"
                aria-label={`${t.app.remove} ${name(a)}`}
                onClick={() => set(without.filter((x) => x !== a))}>
                <Icon name="close" size={13} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Compared({ need, answer }: { need: Need; answer: Options }) {
  const t = useText();
  const [chosen, setChosen] = useState('');
  const { say } = useOptionWords();
  const path = (o: Option) => `/needs/${need.id}/options/${o.key}`;
  const options = answer.options;
  return (
    <div className="compared">
      <div className="card">
        <h3>{t.needs.chart}</h3>
        <Scatter
          options={options}
          path={path}
          chosen={chosen}
          onChoose={setChosen}
          say={(o) => say(o, options.indexOf(o) + 1)}
        />
      </div>
      <OptionsTable options={options} path={path} chosen={chosen} onChoose={setChosen} />
    </div>
  );
}

function GapsOf({ need, known }: { need: Need; known?: Gaps }) {
  const t = useText();
  const query = useQuery<Gaps>(known ? null : `/needs/${need.id}/gaps`);
  return (
    <Section id="gaps" title={t.needs.gaps}>
      <p className="section-lead">{t.needs.gapsLead}</p>
      {known ? (
        <GapsPanel gaps={known} requirements={need.requirements} />
      ) : (
        <Shown query={query}>{(g) => <GapsPanel gaps={g} requirements={need.requirements} />}</Shown>
      )}
    </Section>
  );
}

function Criticals({ id }: { id: string }) {
  const t = useText();
  const query = useQuery<Criticality>(`/needs/${id}/criticality`);
  return (
    <Section id="criticality" title={t.needs.criticality} className="card">
      <p className="section-lead">{t.needs.criticalityLead}</p>
      <Shown query={query}>
        {(c) =>
          c.items.length ? <CriticalityTable items={c.items} /> : <p className="none">{t.needs.noPartners}</p>
        }
      </Shown>
    </Section>
  );
}

function Answer({ need, answer, without }: { need: Need; answer: Options; without: string[] }) {
  const t = useText();
  const lang = useLang();
  const candidates = answer.candidates ?? [],
    excluded = answer.excluded ?? [];
  return (
    <>
      <Section id="options" title={t.needs.options} count={answer.count ?? answer.options.length}>
        {answer.options.length > 0 && <SolveNote o={answer} />}
        {(answer.options.length > 0 || without.length > 0) && (
          <WithoutFilter need={need.id} answer={answer} without={without} />
        )}
        {(answer.count ?? 0) > answer.options.length && (
          <p className="row-sub">
            {t.needs.shownOf(num(lang, answer.options.length), num(lang, answer.count ?? 0))}
          </p>
        )}
        {answer.options.length > 0 ? (
          <Compared need={need} answer={answer} />
        ) : (
          <p className="note note-bad">
            <Icon name="warn" /> {without.length ? t.needs.noneWithout : t.needs.infeasible}
          </p>
        )}
      </Section>
      {answer.infeasible && without.length === 0 && <GapsOf need={need} known={answer.gaps} />}
      <div className="grid">
        {answer.options.length > 0 && <Criticals id={need.id} />}
        {candidates.length > 0 && (
          <Section id="candidates" title={t.needs.candidates} className="card" count={candidates.length}>
            <p className="section-lead">{t.needs.candidatesLead}</p>
            <Candidates items={candidates} requirements={need.requirements} />
          </Section>
        )}
      </div>
      {excluded.length > 0 && (
        <details className="excluded">
          <summary>{t.needs.excludedCount(num(lang, excluded.length), excluded.length)}</summary>
          <ExcludedOffers items={excluded} requirements={need.requirements} />
        </details>
      )}
    </>
  );
}

function Body({ need }: { need: Need }) {
  const t = useText();
  const lang = useLang();
  const write = useMay('write');
  const { search } = usePlace();
  const without = (search.get('without') ?? '').split(',').filter(Boolean);
  const query = useQuery<Options>(`/needs/${need.id}/options`, { without: without.join(',') });
  useMarking(need.marking);
  const name = titleOf(lang, need, need.refs ?? {});
  return (
    <>
      <PageHead
        title={name.text}
        titleLang={name.lang}
        kicker={<Link to="/needs">{t.needs.title}</Link>}
        lead={
          <>
            <Priority value={need.priority} /> <StateTag kind="need" field="state" value={need.state} />{' '}
            <MarkingTag value={need.marking} />{' '}
            {[need.place, need.region ? regionName(lang, need.region) : ''].filter(Boolean).join(', ')}
            {(need.from || need.until) && (
              <>
                {' · '}
                <Window from={need.from} until={need.until} />
              </>
            )}
          </>
        }>
        {write && (
          <Link to={`/needs/${need.id}/edit`} className="button no-print">
            <Icon name="edit" />
            {t.app.edit}
          </Link>
        )}
        <Link to={`/requests?need=${need.id}`} className="button no-print">
          <Icon name="requests" />
          {t.requests.title}
        </Link>
        <Link to={`/records/needs/${need.id}`} className="button no-print">
          <Icon name="file" />
          {t.partner.record}
        </Link>
        <button type="button" className="button no-print" onClick={() => print()}>
          <Icon name="print" />
          {t.app.print}
        </button>
      </PageHead>
      <div className="stack">
        <Section
          id="requirements"
          title={t.needs.requirements}
          className="card"
          count={need.requirements.length}>
          <Requirements need={need} />
          <Conditions need={need} />
        </Section>
        <Shown query={query}>{(o) => <Answer need={need} answer={o} without={without} />}</Shown>
      </div>
    </>
  );
}

export function NeedPage({ id }: { id: string }) {
  const kind = useKinds().byName('need');
  const query = useQuery<Need>(`/needs/${id}`);
  if (kind && query.error instanceof ApiError && query.error.status === 410)
    return <Gone kind={kind} id={id} reload={query.reload} />;
  return <Shown query={query}>{(n) => <Body need={n} />}</Shown>;
}
