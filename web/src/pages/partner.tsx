/* The brief: all that is known about one partner on one page, as of any date. */
import { useContext, useState } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import { country, day, percent, readWhen } from '../lib/format.ts';
import { useMarking } from '../lib/markings.ts';
import { useQuery } from '../lib/query.ts';
import { Link, setSearch, usePlace } from '../lib/router.tsx';
import { useKinds, useMay, useSession } from '../lib/session.tsx';
import { titleOf } from '../lib/title.ts';
import { band } from '../lib/trust.ts';
import type { Brief, Dimension, Series, Trust } from '../lib/types.ts';
import {
  Agreements,
  Assessments,
  Disclosures,
  Engagements,
  Memberships,
  People,
  Promises,
  RelationshipFacts,
  text,
} from '../parts/brief.tsx';
import { TrustChart } from '../parts/chart.tsx';
import { Ago, Empty, Failed, Loading, NowContext, PageHead, Section, Shown } from '../parts/common.tsx';
import { Explain, Segments } from '../parts/explain.tsx';
import { Icon } from '../parts/icons.tsx';
import { openQuick } from '../parts/draft.ts';
import { RangeBar, TrustCard } from '../parts/trust.tsx';
import { WhenInput } from '../parts/when.tsx';
import { WhatIf } from '../parts/whatif.tsx';
import { Whose } from '../parts/whose.tsx';

type Period = 'y1' | 'y3' | 'y10';
const YEARS: Record<Period, number> = { y1: 1, y3: 3, y10: 10 };

function ChartSection({ home, partner, asOf }: { home: string; partner: string; asOf: string }) {
  const t = useText();
  const now = useContext(NowContext);
  const [period, setPeriod] = useState<Period>('y3');
  const until = asOf || now.slice(0, 10);
  const from = `${Number(until.slice(0, 4)) - YEARS[period]}${until.slice(4) === '-02-29' ? '-02-28' : until.slice(4)}`;
  const range = { from, until, points: 120 };
  const ours = useQuery<Series>('/trust/series', { truster: home, trustee: partner, ...range });
  const theirs = useQuery<Series>('/trust/series', { truster: partner, trustee: home, ...range });
  useMarking(ours.data?.marking);
  useMarking(theirs.data?.marking);
  const error = ours.error ?? theirs.error;
  return (
    <Section
      id="chart"
      title={t.partner.trustTitle}
      className="card"
      aside={
        <Segments
          label={t.partner.period}
          hideLabel
          value={period}
          onChange={setPeriod}
          options={(Object.keys(YEARS) as Period[]).map((p) => ({ value: p, text: t.partner.periods[p] }))}
        />
      }>
      {error && !ours.data ? (
        <Failed
          error={error}
          retry={() => {
            ours.reload();
            theirs.reload();
          }}
        />
      ) : ours.data && theirs.data ? (
        <TrustChart ours={ours.data} theirs={theirs.data} />
      ) : (
        <Loading />
      )}
    </Section>
  );
}

function Dimensions({ ours, theirs }: { ours: Trust; theirs: Trust }) {
  const t = useText();
  const lang = useLang();
  const dims = Object.keys(t.trust.dimensions) as Dimension[];
  const cell = (x: Trust, d: Dimension) => {
    const f = x.dimensions?.[d];
    return f ? (
      <span className="dim-cell">
        <strong className={`band-${band(f.trust)}`}>{percent(lang, f.trust)}</strong>
        <RangeBar
          low={f.belief}
          high={Math.min(1, f.belief + f.uncertainty)}
          value={f.trust}
          band={band(f.trust)}
          width={72}
        />
        <span className="sr">
          {t.trust.bands[band(f.trust)]}, {t.trust.evidence(String(f.evidence), f.evidence)}
        </span>
      </span>
    ) : null;
  };
  if (!ours.dimensions) return null;
  return (
    <div className="trust-card">
      <h2>{t.trust.dimension}</h2>
      <table className="dims">
        <thead>
          <tr>
            <th scope="col">
              <span className="sr">{t.trust.dimension}</span>
            </th>
            <th scope="col">{t.trust.oursShort}</th>
            <th scope="col">{t.trust.theirsShort}</th>
          </tr>
        </thead>
        <tbody>
          {dims.map((d) => (
            <tr key={d}>
              <th scope="row" title={t.trust.dimensionHelp[d]}>
                {t.trust.dimensions[d]}
                <span className="sr">: {t.trust.dimensionHelp[d]}</span>
              </th>
              <td>{cell(ours, d)}</td>
              <td>{cell(theirs, d)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AsOf({ value }: { value: string }) {
  const t = useText();
  const now = useContext(NowContext);
  return (
    <div className="asof no-print">
      <label htmlFor="as-of">{t.partner.timeTravel}</label>
      <div className="asof-field">
        <WhenInput
          ids={{ id: 'as-of' }}
          label={t.partner.timeTravel}
          value={value}
          quiet
          onChange={(v) => {
            const d = readWhen(v);
            if (d !== null) setSearch({ as_of: d && d < now.slice(0, d.length) ? d : '' });
          }}
        />
      </div>
      {value && (
        <button type="button" className="button small" onClick={() => setSearch({ as_of: '' })}>
          {t.partner.now}
        </button>
      )}
    </div>
  );
}

function Body({ id, b, asOf }: { id: string; b: Brief; asOf: string }) {
  const t = useText();
  const lang = useLang();
  const now = useContext(NowContext);
  const { me } = useSession();
  const { word } = useKinds();
  const write = useMay('write');
  const [readout, setReadout] = useState<'trust' | 'forecast'>('trust');
  const home = b.trust?.truster ?? me.home?.id ?? '';
  const name = titleOf(lang, b.actor, b.refs ?? {});
  const short = (lang === 'fr' && text(b.actor, 'short_fr')) || text(b.actor, 'short_en');
  const land = text(b.actor, 'country');
  const r = b.relationships.find((x) => !x.theirs) ?? b.relationships[0];
  const self = home === id;
  const sections: [string, string][] = [
    ['chart', t.partner.trustTitle],
    ['explain', t.partner.explain],
    ['engagements', t.partner.engagements],
    ['theirs', t.partner.theirs],
    ['ours', t.partner.ours],
    ['people', t.partner.people],
    ['agreements', t.partner.agreements],
    ['disclosures', t.partner.disclosures],
  ];
  return (
    <>
      <PageHead
        title={name.text}
        titleLang={name.lang}
        kicker={t.partner.lead}
        lead={
          <>
            {[
              short && short !== name.text ? short : '',
              word('actor', 'nature', text(b.actor, 'nature')),
              word('actor', 'audience', text(b.actor, 'audience')),
              land && text(b.actor, 'nature') !== 'state' ? country(lang, land) : '',
            ]
              .filter(Boolean)
              .join(' · ')}
            {b.last_contact && (
              <>
                {' '}
                · {t.partner.lastContact} <Ago at={b.last_contact} />
              </>
            )}{' '}
            <Whose of={b.actor} />
          </>
        }>
        <AsOf value={asOf} />
        {write && !self && (
          <button
            type="button"
            className="button primary"
            onClick={() => openQuick({ partner: { id, title: name.text } })}>
            <Icon name="plus" />
            {t.nav.quick}
          </button>
        )}
        <Link to={`/network?center=${id}`} className="button no-print">
          <Icon name="network" />
          {t.nav.network}
        </Link>
        <Link to={`/records/actors/${id}`} className="button no-print">
          <Icon name="file" />
          {t.partner.record}
        </Link>
        <button type="button" className="button no-print" onClick={() => print()}>
          <Icon name="print" />
          {t.app.print}
        </button>
      </PageHead>
      {asOf && (
        <p className="note note-info" role="status">
          <Icon name="clock" /> {t.partner.showing(day(lang, asOf, false))}
        </p>
      )}
      {self ? (
        <Empty title={t.partner.home} icon="partners">
          <p>{t.partner.homeLead}</p>
          <Link className="button" to="/partners">
            {t.nav.partners}
          </Link>
        </Empty>
      ) : (
        <>
          {b.trust && b.earned && (
            <div className="trust-cards">
              <TrustCard title={t.trust.ours} figure={b.trust} readout={readout} />
              <TrustCard title={t.trust.theirs} figure={b.earned} readout={readout} />
              <Dimensions ours={b.trust} theirs={b.earned} />
            </div>
          )}
          <div className="card facts-card">
            {r ? (
              <>
                <Whose of={r} />
                <RelationshipFacts r={r} />
              </>
            ) : (
              <p className="none">
                {t.partner.noRelationship}{' '}
                <Link to={`/introductions?to=${id}`}>{t.introductions.who}</Link>{' '}
                {write && <Link to="/records/relationships/new">{t.partner.enter}</Link>}
              </p>
            )}
          </div>
          <nav className="jump no-print" aria-label={t.partner.sections}>
            <ul>
              {sections.map(([s, label]) => (
                <li key={s}>
                  <a
                    href={'#' + s}
                    onClick={(e) => {
                      e.preventDefault();
                      const el = document.getElementById(s);
                      el?.focus({ preventScroll: true });
                      el?.scrollIntoView({ block: 'start' });
                    }}>
                    {label}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <ChartSection home={home} partner={id} asOf={asOf} />
          <div className="split">
            <Section id="explain" title={t.partner.explain} className="card">
              <Explain home={home} partner={id} asOf={asOf} readout={readout} onReadout={setReadout} />
            </Section>
            <Section id="whatif" title={t.partner.whatIf} className="card no-print">
              <WhatIf home={home} partner={id} asOf={asOf} readout={readout} />
            </Section>
          </div>
        </>
      )}
      <div className="grid">
        <Section
          id="engagements"
          title={t.partner.engagements}
          className="card grid-wide"
          count={b.engagements.length}>
          <Engagements items={b.engagements} />
        </Section>
        <Section id="theirs" title={t.partner.theirs} className="card" count={b.commitments.theirs.length}>
          <Promises items={b.commitments.theirs} none={t.partner.commitmentsNone} now={asOf || now} />
        </Section>
        <Section id="ours" title={t.partner.ours} className="card" count={b.commitments.ours.length}>
          <Promises items={b.commitments.ours} none={t.partner.commitmentsNone} now={asOf || now} />
        </Section>
        <Section id="people" title={t.partner.people} className="card" count={b.people.length}>
          <People brief={b} />
        </Section>
        <Section id="agreements" title={t.partner.agreements} className="card" count={b.agreements.length}>
          <Agreements items={b.agreements} />
        </Section>
        <Section id="disclosures" title={t.partner.disclosures} className="card" count={b.disclosures.length}>
          <Disclosures items={b.disclosures} />
        </Section>
        <Section id="assessments" title={t.partner.assessments} className="card" count={b.assessments.length}>
          <Assessments items={b.assessments} />
        </Section>
        <Section
          id="memberships"
          title={t.partner.memberships}
          className="card grid-wide"
          count={b.memberships.length}>
          <Memberships items={b.memberships} />
        </Section>
      </div>
    </>
  );
}

export function Partner({ id }: { id: string }) {
  const { search } = usePlace();
  const asOf = search.get('as_of') ?? '';
  const query = useQuery<Brief>(`/partners/${id}/brief`, { as_of: asOf });
  return <Shown query={query}>{(b) => <Body id={id} b={b} asOf={asOf} />}</Shown>;
}
