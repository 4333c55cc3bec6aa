/* Stating a need: what for, where and when; its requirements in the vocabularies' own words; the
 * conditions. Everything that can be is filled in already. */
import { useContext, useEffect, useState } from 'react';
import { ApiError, get } from '../api.ts';
import { NowContext } from '../parts/common.tsx';
import { useLang, useText } from '../i18n/index.ts';
import { readPreset } from '../lib/preset.ts';
import { useQuery } from '../lib/query.ts';
import { Link, usePlace } from '../lib/router.tsx';
import { useKinds, useSession } from '../lib/session.tsx';
import { titleOf } from '../lib/title.ts';
import type { Field, Kind, RecordAnswer } from '../lib/types.ts';
import { PageHead, Shown } from '../parts/common.tsx';
import { Editor, type Form } from '../parts/editor.tsx';
import { domId, FieldInput, useFieldText, type Errors, type Values } from '../parts/fields.tsx';
import { Frame } from '../parts/frame.tsx';
import { Icon } from '../parts/icons.tsx';
import { RefPicker } from '../parts/picker.tsx';
import { Gone } from './record.tsx';

export const blankRequirement = { quantity: '1', redundancy: '1' };

/* What a capability says about itself: in what it is counted and how many types it has. */
function useCapability(id: string) {
  const [known, setKnown] = useState<{ id: string; unit?: string; types?: number }>({ id: '' });
  useEffect(() => {
    if (!id) return;
    const abort = new AbortController();
    get<RecordAnswer>(`/concepts/${id}`, undefined, abort.signal).then(
      ({ data }) => setKnown({ id, unit: data.unit as string, types: data.types as number }),
      () => undefined,
    );
    return () => abort.abort();
  }, [id]);
  return known.id === id ? known : { id };
}

function Line({
  f,
  at,
  value,
  errors,
  onChange,
  onRemove,
}: {
  f: Field;
  at: number;
  value: Values;
  errors: Errors;
  onChange: (v: Values) => void;
  onRemove?: () => void;
}) {
  const t = useText();
  const { label, help } = useFieldText();
  const sub = (name: string) => f.fields?.find((x) => x.name === name);
  const pointer = (name: string) => `/requirements/${at}/${name}`;
  const capability = useCapability((value.capability as string | undefined) ?? '');
  const input = (name: string) => {
    const s = sub(name);
    return (
      s && (
        <FieldInput
          key={name}
          f={s}
          pointer={pointer(name)}
          value={value[name]}
          errors={errors}
          onChange={(v) => onChange({ ...value, [name]: v })}
        />
      )
    );
  };
  const cap = sub('capability'),
    type = sub('type');
  const number = String(at + 1);
  return (
    <div className="requirement" role="group" aria-label={t.needs.requirementNo(number)}>
      <div className="requirement-head">
        <h3>{t.needs.requirementNo(number)}</h3>
        {onRemove && (
          <button
            type="button"
            className="icon-button small"
            aria-label={t.needs.removeRequirement(number)}
            onClick={onRemove}>
            <Icon name="close" size={14} />
          </button>
        )}
      </div>
      <div className="form-grid">
        {cap && (
          <div className="requirement-what">
            <Frame
              id={domId(pointer('capability'))}
              label={label(cap)}
              help={t.needs.capabilityHelp}
              error={errors[pointer('capability')]}
              required>
              {(ids) => (
                <RefPicker
                  ids={ids}
                  label={label(cap)}
                  target="concept"
                  only={{ capability: true }}
                  value={(value.capability as string | undefined) ?? ''}
                  onChange={(id) => onChange({ ...value, capability: id })}
                />
              )}
            </Frame>
          </div>
        )}
        {input('quantity')}
        {input('unit')}
        {type &&
          (capability.types ? (
            <Frame
              id={domId(pointer('type'))}
              label={label(type)}
              help={help(type)}
              error={errors[pointer('type')]}>
              {(ids) => (
                <select
                  {...ids}
                  value={String(value.type ?? '')}
                  onChange={(e) => onChange({ ...value, type: e.target.value })}>
                  <option value="">{t.needs.anyType}</option>
                  {Array.from({ length: capability.types ?? 0 }, (_, i) => String(i + 1)).map((v) => (
                    <option key={v} value={v}>
                      {v === '1' ? t.needs.mostAble : t.needs.typeAtLeast(v)}
                    </option>
                  ))}
                </select>
              )}
            </Frame>
          ) : (
            input('type')
          ))}
        {input('required_by')}
        {input('duration')}
        {input('redundancy')}
        {input('note')}
      </div>
      {capability.unit && <p className="field-help">{t.needs.countedIn(capability.unit)}</p>}
    </div>
  );
}

function Requirements({ form, f }: { form: Form; f: Field }) {
  const t = useText();
  const lines = (form.values.requirements as Values[] | undefined) ?? [];
  const set = (v: Values[]) => form.set('requirements', v);
  return (
    <>
      {lines.map((line, i) => (
        <Line
          key={i}
          f={f}
          at={i}
          value={line}
          errors={form.errors}
          onChange={(v) => set(lines.map((x, k) => (k === i ? v : x)))}
          onRemove={lines.length > 1 ? () => set(lines.filter((_, k) => k !== i)) : undefined}
        />
      ))}
      {form.errors['/requirements'] && <p className="field-error">{form.errors['/requirements']}</p>}
      <p>
        <button
          type="button"
          className="button small"
          onClick={() => set([...lines, { ...blankRequirement }])}>
          <Icon name="plus" size={14} /> {t.needs.addRequirement}
        </button>
      </p>
    </>
  );
}

const PARTS = [
  ['what', ['title', 'title_fr', 'priority', 'state', 'requester', 'objective']],
  ['where', ['region', 'place', 'from', 'until']],
] as const;
const CONDITIONS = ['agreement_rule', 'last_resort', 'languages', 'close_when', 'legal'];
const LESS = ['common_causes', 'latitude', 'longitude', 'disclosure', 'notes'];

function Layout({ form, kind }: { form: Form; kind: Kind }) {
  const t = useText();
  const f = kind.fields.find((x) => x.name === 'requirements');
  /* A field that this interface does not know yet still has its place in the form. */
  const placed = new Set<string>([...PARTS.flatMap(([, n]) => n), ...CONDITIONS, ...LESS, 'requirements']);
  const rest = kind.fields.filter((x) => !x.read_only && x.name !== 'label' && !placed.has(x.name));
  return (
    <div className="need-form">
      {PARTS.map(([name, fields]) => (
        <section key={name} aria-labelledby={'part-' + name}>
          <h2 id={'part-' + name}>{t.needs.parts[name]}</h2>
          <div className="form-grid">{fields.map(form.input)}</div>
        </section>
      ))}
      <section aria-labelledby="part-requirements">
        <h2 id="part-requirements">{t.needs.parts.requirements}</h2>
        {f && <Requirements form={form} f={f} />}
      </section>
      <section aria-labelledby="part-conditions">
        <h2 id="part-conditions">{t.needs.parts.conditions}</h2>
        <div className="form-grid">{CONDITIONS.map(form.input)}</div>
        <details>
          <summary>{t.needs.parts.more}</summary>
          <div className="form-grid">{[...LESS, ...rest.map((x) => x.name)].map(form.input)}</div>
        </details>
      </section>
    </div>
  );
}

const place = (id?: string) => (id ? `/needs/${id}` : '/needs');

export function NewNeed() {
  const t = useText();
  const { me } = useSession();
  const now = useContext(NowContext);
  const { search } = usePlace();
  const kind = useKinds().byName('need');
  if (!kind) return null;
  const defaults: Values = {
    state: 'open',
    priority: 'T3',
    agreement_rule: 'required',
    from: now.slice(0, 10),
    requester: me.home?.id,
    requirements: [{ ...blankRequirement }],
    ...readPreset(kind, search),
  };
  return (
    <>
      <PageHead
        title={t.needs.new}
        kicker={<Link to="/needs">{t.needs.title}</Link>}
        lead={t.needs.newLead}
      />
      <Editor
        kind={kind}
        defaults={defaults}
        refs={me.home && { [me.home.id]: { kind: 'actor', ...me.home } }}
        layout={(form) => <Layout form={form} kind={kind} />}
        place={place}
      />
    </>
  );
}

export function EditNeed({ id }: { id: string }) {
  const t = useText();
  const lang = useLang();
  const kind = useKinds().byName('need');
  const { search } = usePlace();
  const query = useQuery<RecordAnswer>(`/needs/${id}`);
  if (!kind) return null;
  if (query.error instanceof ApiError && query.error.status === 410)
    return <Gone kind={kind} id={id} reload={query.reload} />;
  return (
    <Shown query={query}>
      {(r) => (
        <>
          <PageHead
            title={titleOf(lang, r, r.refs ?? {}).text}
            kicker={<Link to={`/needs/${id}`}>{`${t.app.edit} – ${t.needs.need}`}</Link>}
          />
          <Editor
            kind={kind}
            record={r}
            etag={query.etag}
            refs={r.refs}
            changes={readPreset(kind, search)}
            layout={(form) => <Layout form={form} kind={kind} />}
            place={place}
          />
        </>
      )}
    </Shown>
  );
}
