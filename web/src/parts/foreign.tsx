/* A record between instances: whose it is and how it came, the proof of what was sent to whom, and
 * what both sides say of the same thing. */
import { useContext, useState } from 'react';
import { post } from '../api.ts';
import { RefsContext, useLang, useText } from '../i18n/index.ts';
import { says, type Proof, type ProofItem, type Sides } from '../lib/exchange.ts';
import { num } from '../lib/format.ts';
import { wrote } from '../lib/live.ts';
import { useMarking } from '../lib/markings.ts';
import { presetPath } from '../lib/preset.ts';
import { useQuery } from '../lib/query.ts';
import { Link, useGo } from '../lib/router.tsx';
import { useKinds, useMay, useSession } from '../lib/session.tsx';
import { toast } from '../lib/toast.ts';
import type { Kind, Rec, RecordAnswer } from '../lib/types.ts';
import { errorLine, Failed, Loading, Section, Tag, When } from './common.tsx';
import { editable } from './editor.tsx';
import { useFieldText } from './fields.tsx';
import { Icon } from './icons.tsx';
import { Table } from './table.tsx';
import { FieldValue } from './value.tsx';
import { isOpinion, useWhose, Whose } from './whose.tsx';

export function useForeign() {
  const { me } = useSession();
  return (r: Rec) => Boolean(r.origin && r.origin !== me.instance);
}

/* A retracted record has no body to say whose it was; officers know it by the proof, and until that
 * is there it may be anybody's. */
export function useForeignGone(id: string): boolean {
  const { me } = useSession();
  const may = useMay('disclose');
  const proof = useQuery<Proof>(may ? `/proof/${id}` : null);
  return proof.data ? proof.data.origin !== me.instance : may && !proof.error;
}

export function Origin({ r }: { r: Rec }) {
  const t = useText();
  const foreign = useForeign()(r);
  const whose = useWhose()(r, isOpinion(r.kind));
  const may = useMay('disclose') && foreign;
  const proof = useQuery<Proof>(may ? `/proof/${r.id}` : null);
  if (!foreign) return null;
  const through = [
    ...new Set(proof.data?.items.filter((i) => i.direction === 'taken').map((i) => i.peer_name ?? '')),
  ].filter((n) => n && n !== r.origin_name);
  const said = through.length ? t.foreign.through(whose, through.join(', ')) : whose;
  return (
    <p className="note note-info origin" role="note">
      <Icon name="swap" />
      <span>
        <strong>{said.charAt(0).toUpperCase() + said.slice(1)}.</strong> {t.foreign.notEditable}
      </span>
    </p>
  );
}

export function Annotate({ r }: { r: Rec }) {
  const t = useText();
  const { byName } = useKinds();
  const kind = byName('annotation');
  if (!kind) return null;
  return (
    <Link to={presetPath(kind, { about: r.id })} className="button primary no-print">
      <Icon name="edit" />
      {t.foreign.annotate}
    </Link>
  );
}

function ProofRow({ i }: { i: ProofItem }) {
  const t = useText();
  const lang = useLang();
  const x = t.foreign;
  return (
    <tr>
      <th scope="row">
        <Link to={`/exchange/${i.peer}`}>{i.peer_name ?? t.app.hidden}</Link>
      </th>
      <td>{x.told[i.direction][i.operation]}</td>
      <td>
        <When at={i.sent_at ?? i.taken_at} />{' '}
        <span className="muted">{t.exchange.directions[i.direction](num(lang, i.number))}</span>
      </td>
      <td>
        {i.refused ? (
          <>
            <Tag tone="bad">{x.refused}</Tag> {says(lang, i)}
          </>
        ) : i.direction === 'taken' ? (
          <Tag>{x.weTook}</Tag>
        ) : i.receipted ? (
          <>
            <Tag tone="good">{x.receipted}</Tag> <When at={i.receipted_at} />
          </>
        ) : (
          <Tag tone="warn">{x.unreceipted}</Tag>
        )}
      </td>
    </tr>
  );
}

export function ProofSection({ id }: { id: string }) {
  const t = useText();
  const x = t.foreign;
  const query = useQuery<Proof>(useMay('disclose') ? `/proof/${id}` : null);
  useMarking(query.data?.marking);
  const p = query.data;
  if (!p || p.items.length === 0) return null;
  const arrived = p.items.filter((i) => i.direction === 'made' && i.operation !== 'put' && i.receipted);
  return (
    <Section id="proof" title={x.proof} className="card">
      <p className="section-lead">{x.proofLead}</p>
      {p.retracted && p.items.some((i) => i.direction === 'made') && (
        <p className={'note note-' + (arrived.length ? 'good' : 'warn')}>
          {arrived.length
            ? x.retractionArrived(arrived.map((i) => i.peer_name ?? '').join(', '))
            : x.retractionOpen}
        </p>
      )}
      <Table label={x.proof} className="table slim">
        <thead>
          <tr>
            <th scope="col">{t.exchange.peer}</th>
            <th scope="col">{x.what}</th>
            <th scope="col">{x.when}</th>
            <th scope="col">{x.receipt}</th>
          </tr>
        </thead>
        <tbody>
          {p.items.map((i) => (
            <ProofRow key={i.bundle + i.operation + i.direction} i={i} />
          ))}
        </tbody>
      </Table>
    </Section>
  );
}

/* Kinds of which both sides keep a record of their own. */
const TWO_SIDED = ['relationship', 'commitment', 'obligation', 'agreement', 'request'];

function SidesTable({ s, kind }: { s: Sides; kind: Kind }) {
  const t = useText();
  const lang = useLang();
  const x = t.foreign;
  const { label } = useFieldText();
  const differs = new Map(s.differences.map((d) => [d.field, d]));
  const fields = editable(kind)
    .concat(kind.fields.filter((f) => f.read_only))
    .filter((f) => f.name !== 'label' && (s.ours?.[f.name] !== undefined || s.theirs?.[f.name] !== undefined));
  return (
    <Table label={x.sides} className="table slim sides">
      <thead>
        <tr>
          <th scope="col">{t.records.field}</th>
          <th scope="col" className="side-ours">
            {x.weSay}
          </th>
          <th scope="col" className="side-theirs">
            {x.theySay} {s.theirs && <Whose of={s.theirs} />}
          </th>
          <th scope="col">{x.difference}</th>
        </tr>
      </thead>
      <tbody>
        {fields.map((f) => {
          const d = differs.get(f.name);
          return (
            <tr key={f.name} className={d ? 'differs' : undefined}>
              <th scope="row">{label(f)}</th>
              <td>
                <FieldValue f={f} value={s.ours?.[f.name]} />
              </td>
              <td>
                <FieldValue f={f} value={s.theirs?.[f.name]} />
              </td>
              <td>{d && says(lang, d)}</td>
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}

function Adopt({ s }: { s: Sides }) {
  const t = useText();
  const goTo = useGo();
  const { path } = useKinds();
  const write = useMay('write');
  if (!write || s.ours || !s.theirs) return null;
  const theirs = s.theirs;
  return (
    <button
      type="button"
      className="button no-print"
      onClick={() =>
        post<RecordAnswer>(`/sides/${theirs.id}/adopt`).then(
          ({ data }) => {
            wrote(data.id, data.version);
            toast({ text: t.foreign.adopted });
            goTo(path(data.kind, data.id));
          },
          (x) => toast({ text: errorLine(t, x) }),
        )
      }>
      {t.foreign.adopt}
    </button>
  );
}

function SidesBody({ s, kind }: { s: Sides; kind: Kind }) {
  const t = useText();
  const lang = useLang();
  const x = t.foreign;
  const { path } = useKinds();
  const outer = useContext(RefsContext);
  useMarking(s.marking);
  if (!s.ours || !s.theirs)
    return (
      <>
        <p className="none">{s.ours ? x.noTheirs : x.noOurs}</p>
        <div className="page-actions">
          <Adopt s={s} />
        </div>
      </>
    );
  return (
    <RefsContext.Provider value={{ ...outer, ...s.refs }}>
      <p className="section-lead">
        {x.matched[s.matched_by]}{' '}
        {s.differences.length ? x.differences(num(lang, s.differences.length), s.differences.length) : x.agree}
      </p>
      {s.differences.length > 0 && (
        <ul className="note note-warn differences">
          {s.differences.map((d) => (
            <li key={d.field}>{says(lang, d)}</li>
          ))}
        </ul>
      )}
      <SidesTable s={s} kind={kind} />
      <p className="small-text sides-links">
        <Link to={path(s.kind, s.ours.id)}>{x.ourRecord}</Link> ·{' '}
        <Link to={path(s.kind, s.theirs.id)}>{x.theirRecord}</Link>
      </p>
    </RefsContext.Provider>
  );
}

function Annotations({ items, title }: { items: Rec[]; title: boolean }) {
  const t = useText();
  const { word, path } = useKinds();
  if (items.length === 0) return null;
  return (
    <>
      {title && <h3 className="sub">{t.foreign.annotations}</h3>}
      <ul className="annotations">
        {items.map((a) => (
          <li key={a.id}>
            <Tag tone={a.stance === 'dispute' ? 'bad' : a.stance === 'agree' ? 'good' : undefined}>
              {word('annotation', 'stance', a.stance as string)}
            </Tag>{' '}
            <Link to={path('annotation', a.id)}>
              {typeof a.text === 'string' ? a.text : a.same_as ? t.foreign.sameThing : t.records.view}
            </Link>{' '}
            <Whose of={a} />
          </li>
        ))}
      </ul>
    </>
  );
}

export function SidesSection({ r, kind }: { r: Rec; kind: Kind }) {
  const t = useText();
  const foreign = useForeign()(r);
  const twoSided = TWO_SIDED.includes(kind.name);
  const [open, setOpen] = useState(foreign);
  const asked = twoSided || foreign;
  const query = useQuery<Sides>(asked && open ? `/sides/${r.id}` : null);
  if (!asked) return null;
  return (
    <Section id="sides" title={twoSided ? t.foreign.sides : t.foreign.annotations} className={'card' + (open ? '' : ' no-print')}>
      {!open && (
        <button type="button" className="button" onClick={() => setOpen(true)}>
          {t.foreign.showSides}
        </button>
      )}
      {open && query.error && !query.data ? <Failed error={query.error} retry={query.reload} /> : null}
      {open && query.loading && !query.data ? <Loading /> : null}
      {open && query.data && (
        <>
          {twoSided && <SidesBody s={query.data} kind={kind} />}
          <Annotations items={query.data.annotations} title={twoSided} />
          {!twoSided && query.data.annotations.length === 0 && <p className="none">{t.foreign.noAnnotations}</p>}
        </>
      )}
    </Section>
  );
}
