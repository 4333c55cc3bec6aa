/* One record of any kind: its fields, its label, who stated it; and from here its form and history. */
import { useState, type FormEvent } from 'react';
import { ApiError } from '../api.ts';
import { useLang, useText } from '../i18n/index.ts';
import { when } from '../lib/format.ts';
import { useQuery } from '../lib/query.ts';
import { Link, useGo, usePlace } from '../lib/router.tsx';
import { readPreset } from '../lib/preset.ts';
import { PAGES, useMay, useUserName } from '../lib/session.tsx';
import { titleOf } from '../lib/title.ts';
import { toast } from '../lib/toast.ts';
import type { Release } from '../lib/exchange.ts';
import type { Kind, RecordAnswer } from '../lib/types.ts';
import { Empty, errorText, MarkingTag, PageHead, Shown, When } from '../parts/common.tsx';
import { Box } from '../parts/dialog.tsx';
import { editable, Editor, restore, retract } from '../parts/editor.tsx';
import { useFieldText } from '../parts/fields.tsx';
import { Annotate, Origin, ProofSection, SidesSection, useForeign, useForeignGone } from '../parts/foreign.tsx';
import { Frame } from '../parts/frame.tsx';
import { Icon } from '../parts/icons.tsx';
import { LabelText } from '../parts/label.tsx';
import { Propose } from '../parts/releaseform.tsx';
import { RecordReleases, ReleaseCard } from '../parts/releases.tsx';
import { FieldValue } from '../parts/value.tsx';

function Retract({
  kind,
  id,
  open,
  onClose,
}: {
  kind: Kind;
  id: string;
  open: boolean;
  onClose: () => void;
}) {
  const t = useText();
  const goTo = useGo();
  const [error, setError] = useState('');
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const reason = String(new FormData(e.currentTarget).get('reason') ?? '').trim();
    if (!reason) return setError(t.records.reasonNeeded);
    try {
      await retract(kind.plural, id, reason);
      onClose();
      goTo(`/records/${kind.plural}`, { force: true });
      toast({ text: t.records.retracted, action: { label: t.records.undo, run: () => void undo() } });
    } catch (x) {
      setError(Object.values(errorText(t, x)).filter(Boolean).join(' '));
    }
  };
  const undo = async () => {
    try {
      await restore(kind.plural, id);
      toast({ text: t.records.restored });
      goTo(`/records/${kind.plural}/${id}`);
    } catch (x) {
      toast({ text: errorText(t, x).title });
    }
  };
  return (
    <Box open={open} onClose={onClose} title={t.records.retractTitle}>
      <form onSubmit={submit} noValidate>
        <p className="section-lead">{t.records.retractLead}</p>
        <Frame id="retract-reason" label={t.records.reason} error={error} required>
          {(ids) => <textarea {...ids} name="reason" autoFocus rows={3} />}
        </Frame>
        <div className="form-actions">
          <button type="submit" className="button danger">
            {t.records.retract}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {t.app.cancel}
          </button>
        </div>
      </form>
    </Box>
  );
}

export function Gone({ kind, id, reload }: { kind: Kind; id: string; reload: () => void }) {
  const t = useText();
  const foreign = useForeignGone(id);
  const write = useMay('write') && !foreign;
  return (
    <>
      <PageHead title={t.app.goneTitle} />
      <Empty title={t.app.goneTitle} icon="file">
        <div className="page-actions">
          {write && (
            <button
              type="button"
              className="button primary"
              onClick={() =>
                restore(kind.plural, id).then(
                  () => {
                    toast({ text: t.records.restored });
                    reload();
                  },
                  (x) => toast({ text: errorText(t, x).title }),
                )
              }>
              {t.records.restore}
            </button>
          )}
          <Link className="button" to={`/records/${kind.plural}/${id}/history`}>
            {t.records.history}
          </Link>
        </div>
      </Empty>
      <div className="stack record-more">
        <ProofSection id={id} />
      </div>
    </>
  );
}

function View({ kind, r }: { kind: Kind; r: RecordAnswer }) {
  const t = useText();
  const lang = useLang();
  const { label } = useFieldText();
  /* A partner's records are annotated, not changed; a release is decided on, not edited. */
  const foreign = useForeign()(r);
  const isRelease = kind.name === 'release';
  const may = useMay('write');
  const write = may && !foreign && !isRelease;
  const userName = useUserName();
  const [asking, setAsking] = useState(false);
  const [proposing, setProposing] = useState(false);
  const name = titleOf(lang, r, r.refs ?? {});
  const here = `/records/${kind.plural}/${r.id}`;
  const fields = editable(kind)
    .concat(kind.fields.filter((f) => f.read_only))
    .filter((f) => r[f.name] !== undefined && f.name !== 'label');
  const short = fields.filter((f) => f.type !== 'longtext' && f.type !== 'list' && !f.fields?.length);
  const long = fields.filter((f) => !short.includes(f));
  return (
    <>
      <PageHead
        title={name.text}
        titleLang={name.lang}
        kicker={<Link to={`/records/${kind.plural}`}>{lang === 'fr' ? kind.title_fr : kind.title_en}</Link>}
        lead={
          <>
            <MarkingTag value={r.marking} /> {t.records.version(String(r.version))}
            {r.updated && (
              <>
                {' '}
                · {t.records.updated} <When at={r.updated} short />
              </>
            )}
          </>
        }>
        {kind.name === 'actor' && (
          <Link to={`/partners/${r.id}`} className="button">
            <Icon name="partners" />
            {t.records.openBrief}
          </Link>
        )}
        {PAGES[kind.name] && (
          <Link to={`${PAGES[kind.name]}/${r.id}`} className="button no-print">
            <Icon name="target" />
            {t.records.openPage}
          </Link>
        )}
        {may && foreign && <Annotate r={r} />}
        {write && (
          <Link to={here + '/edit'} className="button primary no-print">
            <Icon name="edit" />
            {t.app.edit}
          </Link>
        )}
        <Link to={here + '/history'} className="button no-print">
          <Icon name="clock" />
          {t.records.history}
        </Link>
        {write && !r.label?.persons && (
          <button type="button" className="button" onClick={() => setProposing(true)}>
            <Icon name="seal" />
            {t.release.open}
          </button>
        )}
        {/* No officer could read a proposal about what named persons alone read: they change its label. */}
        {write && r.label?.persons && (
          <Link to={here + '/edit'} className="button no-print">
            <Icon name="seal" />
            {t.release.open}
          </Link>
        )}
        {write && (
          <button type="button" className="button danger" onClick={() => setAsking(true)}>
            {t.records.retract}
          </button>
        )}
      </PageHead>
      <Origin r={r} />
      <div className="record">
        <div className="card">
          {fields.length === 0 && <p className="none">{t.records.nothing}</p>}
          <dl className="facts">
            {short.map((f) => (
              <div key={f.name}>
                <dt>{label(f)}</dt>
                <dd>
                  <FieldValue f={f} value={r[f.name]} />
                </dd>
              </div>
            ))}
          </dl>
          {long.length > 0 && (
            <dl className="facts long-facts">
              {long.map((f) => (
                <div key={f.name} className="facts-wide">
                  <dt>{label(f)}</dt>
                  <dd>
                    <FieldValue f={f} value={r[f.name]} />
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </div>
        <aside className="card meta" aria-labelledby="meta">
          <h2 id="meta">{t.records.details}</h2>
          <dl>
            <div>
              <dt>{t.records.label}</dt>
              <dd>
                <LabelText label={r.label} />
              </dd>
            </div>
            <div>
              <dt>{t.records.created}</dt>
              <dd>{when(lang, r.created)}</dd>
            </div>
            <div>
              <dt>{t.records.updated}</dt>
              <dd>{when(lang, r.updated)}</dd>
            </div>
            {r.origin && (
              <div>
                <dt>{t.records.origin}</dt>
                <dd className="mono">{r.origin}</dd>
              </div>
            )}
            <div>
              <dt>{t.records.id}</dt>
              <dd className="mono">{r.id}</dd>
            </div>
            {r.external_ids?.length ? (
              <div>
                <dt>{t.records.external}</dt>
                <dd className="mono">{r.external_ids.join(', ')}</dd>
              </div>
            ) : null}
          </dl>
        </aside>
      </div>
      <div className="stack record-more">
        {isRelease && (
          <div className="card">
            <ReleaseCard release={r as unknown as Release} userName={userName} withRecord />
          </div>
        )}
        <SidesSection r={r} kind={kind} />
        <RecordReleases id={r.id} />
        <ProofSection id={r.id} />
      </div>
      <Propose record={r} open={proposing} onClose={() => setProposing(false)} />
      <Retract kind={kind} id={r.id} open={asking} onClose={() => setAsking(false)} />
    </>
  );
}

export function RecordPage({ kind, id, edit }: { kind: Kind; id: string; edit?: boolean }) {
  const t = useText();
  const lang = useLang();
  const { search } = usePlace();
  const query = useQuery<RecordAnswer>(`/${kind.plural}/${id}`);
  if (query.error instanceof ApiError && query.error.status === 410)
    return <Gone kind={kind} id={id} reload={query.reload} />;
  return (
    <Shown query={query}>
      {(r) =>
        edit ? (
          <>
            <PageHead
              title={titleOf(lang, r, r.refs ?? {}).text}
              kicker={
                <Link to={`/records/${kind.plural}/${id}`}>
                  {t.app.edit}: {lang === 'fr' ? kind.title_fr : kind.title_en}
                </Link>
              }
            />
            <Editor
              key={id}
              kind={kind}
              record={r}
              etag={query.etag}
              refs={r.refs}
              changes={readPreset(kind, search)}
            />
          </>
        ) : (
          <View kind={kind} r={r} />
        )
      }
    </Shown>
  );
}

export function NewRecord({ kind }: { kind: Kind }) {
  const t = useText();
  const lang = useLang();
  const { search } = usePlace();
  const defaults = readPreset(kind, search);
  return (
    <>
      <PageHead
        title={t.records.new(lang === 'fr' ? kind.title_fr : kind.title_en)}
        kicker={<Link to={`/records/${kind.plural}`}>{t.nav.records}</Link>}
      />
      <Editor key={kind.name} kind={kind} defaults={defaults} />
    </>
  );
}
