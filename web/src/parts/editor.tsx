/* Entering and changing a record of any kind. What was typed is never lost: errors stand beside their
 * fields, and when someone else was faster both versions are shown and the reader chooses. */
import { useContext, useEffect, useMemo, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { ApiError, call, get, patch, post } from '../api.ts';
import { RefsContext, useLang, useText } from '../i18n/index.ts';
import { num } from '../lib/format.ts';
import { cleanAll, difference, same, valuesOf } from '../lib/draft.ts';
import { wrote } from '../lib/live.ts';
import { setGuard, useGo } from '../lib/router.tsx';
import { useKinds, useSession } from '../lib/session.tsx';
import { attempt } from '../lib/title.ts';
import { toast } from '../lib/toast.ts';
import type { Field, Kind, Label, Rec, RecordAnswer, Refs } from '../lib/types.ts';
import { errorText } from './common.tsx';
import { domId, FieldInput, useFieldText, type Errors, type Values } from './fields.tsx';
import { GroupFrame } from './frame.tsx';
import { Grounds, groundsBody, type GroundsValue } from './grounds.tsx';
import { LabelPicker, LabelText } from './label.tsx';
import { FieldValue } from './value.tsx';

const NOTES: Field = { name: 'notes', type: 'longtext', label_en: 'Notes', label_fr: 'Notes' };
/* Notes belong to every record; the label has a picker of its own. */
export function editable(kind: Kind): Field[] {
  const own = kind.fields.filter((f) => !f.read_only && f.name !== 'label');
  return own.some((f) => f.name === 'notes') ? own : [...own, NOTES];
}

interface Conflict {
  field: Field;
  original: unknown;
  mine: unknown;
  theirs: unknown;
}
const LABEL: Field = { name: 'label', type: 'label', label_en: 'Label', label_fr: 'Étiquette' };

function Conflicts({
  items,
  values,
  onChoose,
}: {
  items: Conflict[];
  values: Values;
  onChoose: (name: string, v: unknown) => void;
}) {
  const t = useText();
  const { label } = useFieldText();
  const r = t.records;
  const show = (f: Field, v: unknown) =>
    f.type === 'label' ? <LabelText label={v as Label} /> : <FieldValue f={f} value={v} />;
  return (
    <div className="conflict" role="alert">
      <h2>{r.conflictTitle}</h2>
      <p>{items.length ? r.conflictLead : r.noConflict}</p>
      {items.length > 0 && (
        <div className="table-wrap">
          <table className="table slim">
            <thead>
              <tr>
                <th scope="col">{r.field}</th>
                <th scope="col">{r.original}</th>
                <th scope="col">{r.mine}</th>
                <th scope="col">{r.theirs}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((c) => {
                const name = label(c.field);
                const option = (v: unknown, text: string) => (
                  <label className="check">
                    <input
                      type="radio"
                      name={'conflict-' + c.field.name}
                      checked={same(values[c.field.name], v)}
                      onChange={() => onChoose(c.field.name, v)}
                    />
                    <span>
                      {show(c.field, v)}
                      <small>
                        {text}
                        <span className="sr">: {name}</span>
                      </small>
                    </span>
                  </label>
                );
                return (
                  <tr key={c.field.name}>
                    <th scope="row">{name}</th>
                    <td>{show(c.field, c.original)}</td>
                    <td>{option(c.mine, r.keepMine)}</td>
                    <td>{option(c.theirs, r.takeTheirs)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function Summary({ title, errors, fields }: { title: string; errors: Errors; fields: Field[] }) {
  const t = useText();
  const lang = useLang();
  const { label } = useFieldText();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [title, errors]);
  const list = Object.entries(errors);
  return (
    <div className="note note-bad summary" role="alert" tabIndex={-1} ref={box}>
      <strong>{title}</strong> {list.length > 0 && t.records.problems(num(lang, list.length), list.length)}
      {list.length > 0 && (
        <ul>
          {list.map(([p, text]) => {
            const f = fields.find((x) => x.name === p.split('/')[1]);
            return (
              <li key={p}>
                <a
                  href={'#' + domId(p)}
                  onClick={(e) => {
                    e.preventDefault();
                    (
                      document.getElementById(domId(p)) ??
                      document.getElementById(domId('/' + (p.split('/')[1] ?? '')))
                    )?.focus();
                  }}>
                  {f ? label(f) : p}
                </a>
                : {text}
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

export function errorsOf(x: unknown): Errors {
  const out: Errors = {};
  if (x instanceof ApiError)
    for (const e of x.errors) out[e.pointer?.replace(/^#/, '') || '/'] = e.detail ?? e.code ?? x.message;
  return out;
}

const personsOf = (label: unknown) => (label as Label | undefined)?.persons;

/* What a form of its own gets for its layout: the input of a field by name, and the state of all. */
export interface Form {
  values: Values;
  errors: Errors;
  set: (name: string, v: unknown) => void;
  input: (name: string) => ReactNode;
}

export function Editor({
  kind,
  record,
  etag: firstTag,
  refs,
  defaults,
  changes,
  layout,
  place,
}: {
  kind: Kind;
  record?: Rec;
  etag?: string;
  refs?: Refs;
  defaults?: Values;
  /* What the address proposes to change in the record. */
  changes?: Values;
  layout?: (form: Form) => ReactNode;
  /* Where to go afterwards, when it is not the record: its page, or without it the list. */
  place?: (id?: string) => string;
}) {
  const t = useText();
  const goTo = useGo();
  const { path } = useKinds();
  const { policy } = useSession();
  const { label } = useFieldText();
  const outer = useContext(RefsContext);
  const fields = useMemo(() => editable(kind), [kind]);
  const names = useMemo(() => ['label', ...fields.map((f) => f.name)], [fields]);
  const [base, setBase] = useState<Values>(() =>
    record ? valuesOf(fields, record) : { label: policy.default ?? {}, ...defaults },
  );
  const [values, setValues] = useState<Values>(() => ({ ...base, ...changes }));
  const [etag, setEtag] = useState(firstTag ?? '');
  const [allRefs, setRefs] = useState<Refs>({ ...outer, ...refs });
  const [errors, setErrors] = useState<Errors>({});
  const [failure, setFailure] = useState('');
  const [conflicts, setConflicts] = useState<Conflict[] | null>(null);
  /* A label that lets more read needs grounds; the server says so, and takes them with the change. */
  const [grounds, setGrounds] = useState<GroundsValue | null>(null);
  const [busy, setBusy] = useState(false);
  const key = useRef(attempt());
  const dirty = names.some((n) => !same(values[n], base[n]));
  useEffect(() => {
    setGuard(dirty && !busy ? () => confirm(t.app.unsaved) : null);
    const leave = (e: BeforeUnloadEvent) => {
      if (dirty) e.preventDefault();
    };
    addEventListener('beforeunload', leave);
    return () => {
      removeEventListener('beforeunload', leave);
      setGuard(null);
    };
  }, [dirty, busy, t]);

  const after = (id?: string) => (place ? place(id) : id ? path(kind.name, id) : `/records/${kind.plural}`);
  const done = (r: Rec, text: string) => {
    wrote(r.id, r.version);
    toast({ text });
    setGuard(null);
    goTo(after(r.id), { force: true, replace: true });
  };
  const set = (name: string, v: unknown) => setValues((s) => ({ ...s, [name]: v }));
  const input = (name: string) => {
    const f = fields.find((x) => x.name === name);
    return (
      f && (
        <FieldInput
          key={name}
          f={f}
          pointer={'/' + name}
          value={values[name]}
          errors={errors}
          onChange={(v) => set(name, v)}
        />
      )
    );
  };

  /* Their changes are taken over wherever we changed nothing; the rest is for the reader to decide. */
  const merge = async (mine: Values) => {
    const { data: theirs, etag: tag } = await get<RecordAnswer>(`/${kind.plural}/${record?.id}`);
    const theirValues = valuesOf(fields, theirs);
    const open: Conflict[] = [];
    const merged: Values = { ...mine };
    for (const f of [...fields, LABEL]) {
      const n = f.name;
      if (same(theirValues[n], base[n])) continue;
      if (same(mine[n], base[n])) merged[n] = theirValues[n];
      else if (!same(mine[n], theirValues[n]))
        open.push({ field: f, original: base[n], mine: mine[n], theirs: theirValues[n] });
    }
    setRefs((r) => ({ ...r, ...theirs.refs }));
    setBase(theirValues);
    setValues(merged);
    setEtag(tag);
    setConflicts(open);
  };

  const submit = async (e?: FormEvent) => {
    e?.preventDefault();
    if (busy) return;
    const found: Errors = {};
    const body = cleanAll(fields, values, '', found, {
      number: t.form.numberBad,
      when: t.form.whenBad,
    });
    body.label = values.label;
    setErrors(found);
    setFailure(Object.keys(found).length ? t.records.failed : '');
    if (Object.keys(found).length) return;
    setBusy(true);
    try {
      if (!record) {
        const { data } = await post<Rec>('/' + kind.plural, body, undefined, key.current);
        done(data, t.records.created2);
      } else {
        const { data } = await patch<Rec>(
          `/${kind.plural}/${record.id}`,
          { ...difference(names, base, body), ...(grounds ? { release: groundsBody(grounds) } : {}) },
          etag,
        );
        done(data, t.records.savedRecord);
      }
      return;
    } catch (x) {
      if (x instanceof ApiError && x.status === 412 && record) {
        try {
          await merge({ ...values });
        } catch (y) {
          setFailure(y instanceof ApiError && y.status === 410 ? t.records.gone : errorText(t, y).title);
        }
      } else {
        const known = errorsOf(x);
        setErrors(known);
        if (Object.keys(known).some((p) => p.startsWith('/release'))) setGrounds((g) => g ?? {});
        const said = errorText(t, x);
        setFailure(
          Object.keys(known).length
            ? t.records.failed
            : [t.records.failed, said.title, said.detail].filter(Boolean).join(' '),
        );
        if (!(x instanceof ApiError) || x.status !== 0) key.current = attempt();
      }
    }
    setBusy(false);
  };

  return (
    <RefsContext.Provider value={allRefs}>
      <form
        className="card editor"
        onSubmit={submit}
        noValidate
        onKeyDown={(e) => {
          if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
            e.preventDefault();
            void submit();
          }
        }}>
        {conflicts && <Conflicts items={conflicts} values={values} onChoose={set} />}
        {failure && <Summary title={failure} errors={errors} fields={[...fields, LABEL]} />}
        {layout?.({ values, errors, set, input })}
        <div className="form-grid">
          {!layout && fields.map((f) => input(f.name))}
          <LabelPicker
            id={domId('/label')}
            title={label(LABEL)}
            value={(values.label as Label | undefined) ?? {}}
            onChange={(l) => set('label', l)}
            error={errors['/label'] ?? errors['/label/persons']}
            fresh={!record}
            persons={personsOf(base.label)}
          />
          {grounds && (
            <GroupFrame
              id={domId('/release')}
              label={t.release.groundsTitle}
              error={errors['/release']}
              className="group form-wide">
              <div className="form-grid">
                <Grounds
                  id="grounds"
                  at="/release"
                  value={grounds}
                  onChange={setGrounds}
                  errors={errors}
                  authority="required"
                  reason="required"
                  endless={!same(personsOf(base.label), personsOf(values.label))}
                />
              </div>
            </GroupFrame>
          )}
        </div>
        <div className="form-actions">
          <button type="submit" className="button primary" disabled={busy} title="Ctrl+Enter">
            {conflicts ? t.records.conflictSave : t.app.save}
          </button>
          <button type="button" className="button" onClick={() => goTo(after(record?.id))}>
            {t.app.cancel}
          </button>
        </div>
      </form>
    </RefsContext.Provider>
  );
}

export async function retract(plural: string, id: string, reason: string): Promise<number> {
  const { etag } = await get(`/${plural}/${id}`);
  const { data } = await call<{ version: number }>('POST', `/${plural}/${id}/retract`, {
    body: { reason },
    etag,
  });
  wrote(id, data.version);
  return data.version;
}
export async function restore(plural: string, id: string) {
  const { data } = await post<{ version?: number }>(`/${plural}/${id}/restore`, {});
  wrote(id, data?.version ?? 0);
}
