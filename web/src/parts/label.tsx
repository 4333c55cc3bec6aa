/* Who may read a record, and what a reader may read: classification, TLP, what readers must hold, and
 * to whom it is releasable. The choices come from the policy of the instance. */
import { useState } from 'react';
import { Button, ComboBox, Input, ListBox, ListBoxItem, Popover, useFilter } from 'react-aria-components';
import { useLang, useText } from '../i18n/index.ts';
import { collator } from '../lib/format.ts';
import { useSession } from '../lib/session.tsx';
import type { Category, Clearance, Label, Lang, Me, Named, Value } from '../lib/types.ts';
import { Frame, GroupFrame } from './frame.tsx';
import { Icon } from './icons.tsx';

const nameOf = (lang: Lang, n: Named) => n[lang] || n.en || n.name;
const FEW = 12;

interface Choosing {
  id: string;
  title: string;
  values: Named[];
  chosen: string[];
  onChange: (v: string[]) => void;
}

function Boxes({ id, title, values, chosen, onChange }: Choosing) {
  const lang = useLang();
  return (
    <GroupFrame id={id} label={title}>
      <div className="checks">
        {values.map((v) => (
          <label key={v.name} className="check">
            <input
              type="checkbox"
              checked={chosen.includes(v.name)}
              onChange={(e) =>
                onChange(e.target.checked ? [...chosen, v.name] : chosen.filter((x) => x !== v.name))
              }
            />
            {nameOf(lang, v)}
          </label>
        ))}
      </div>
    </GroupFrame>
  );
}

/* For hundreds of values, such as countries: typed, chosen, shown as chips. */
function Typed({ id, title, values, chosen, onChange }: Choosing) {
  const lang = useLang();
  const t = useText();
  const [text, setText] = useState('');
  const { contains } = useFilter({ sensitivity: 'base' });
  const order = collator(lang);
  const left = values
    .filter((v) => !chosen.includes(v.name) && contains(`${nameOf(lang, v)} ${v.name}`, text))
    .sort((a, b) => order.compare(nameOf(lang, a), nameOf(lang, b)));
  const textOf = (name: string) => {
    const v = values.find((x) => x.name === name);
    return v ? nameOf(lang, v) : name;
  };
  return (
    <Frame id={id} label={title} wide>
      {(ids) => (
        <>
          {chosen.length > 0 && (
            <ul className="picked" aria-label={`${title}: ${t.form.selected}`}>
              {chosen.slice(0, 40).map((c) => (
                <li key={c}>
                  {textOf(c)}
                  <button
                    type="button"
                    className="icon-button small"
                    aria-label={`${t.app.remove} ${textOf(c)}`}
                    onClick={() => onChange(chosen.filter((x) => x !== c))}>
                    <Icon name="close" size={13} />
                  </button>
                </li>
              ))}
              {chosen.length > 40 && <li>+ {chosen.length - 40}</li>}
            </ul>
          )}
          <ComboBox
            aria-label={title}
            items={left}
            inputValue={text}
            onInputChange={setText}
            selectedKey={null}
            menuTrigger="input"
            allowsEmptyCollection
            onSelectionChange={(key) => {
              if (key !== null) {
                onChange([...chosen, String(key)]);
                setText('');
              }
            }}>
            <div className="combo">
              <Input {...ids} placeholder={t.form.searchFor} />
              <Button className="icon-button" aria-label={`${t.form.choose} ${title}`}>
                <Icon name="down" />
              </Button>
            </div>
            <Popover className="popover">
              <ListBox
                className="listbox"
                aria-label={title}
                renderEmptyState={() => <div className="nothing">{t.form.nothingFound}</div>}>
                {(v: Named) => (
                  <ListBoxItem id={v.name} textValue={nameOf(lang, v)} className="option">
                    {nameOf(lang, v)} <small>{v.name}</small>
                  </ListBoxItem>
                )}
              </ListBox>
            </Popover>
          </ComboBox>
        </>
      )}
    </Frame>
  );
}

const Choose = (props: Choosing) =>
  props.values.length <= FEW ? <Boxes {...props} /> : <Typed {...props} />;

function without<T>(all: Record<string, T[]> | undefined, key: string, v: T[]): Record<string, T[]> {
  const next = { ...all, [key]: v };
  if (v.length === 0) delete next[key];
  return next;
}

function Levels({
  id,
  value,
  onChange,
  optional,
}: {
  id: string;
  optional?: boolean;
  value: { class?: string; tlp?: string };
  onChange: (v: { class?: string; tlp?: string }) => void;
}) {
  const t = useText();
  const lang = useLang();
  const { policy } = useSession();
  return (
    <div className="form-grid">
      <div className="field">
        <label htmlFor={id + '-class'}>{t.form.class}</label>
        <select
          id={id + '-class'}
          value={value.class ?? ''}
          onChange={(e) => onChange({ class: e.target.value || undefined, tlp: value.tlp })}>
          {(optional || !value.class) && <option value="">{t.app.unset}</option>}
          {policy.levels.map((c) => (
            <option key={c.name} value={c.name}>
              {nameOf(lang, c)}
            </option>
          ))}
        </select>
      </div>
      {policy.tlp.length > 0 && (
        <div className="field">
          <label htmlFor={id + '-tlp'}>{t.form.tlp}</label>
          <select
            id={id + '-tlp'}
            value={value.tlp ?? ''}
            onChange={(e) => onChange({ class: value.class, tlp: e.target.value || undefined })}>
            <option value="">{t.app.none}</option>
            {policy.tlp.map((c) => (
              <option key={c.name} value={c.name}>
                TLP:{c.name} – {nameOf(lang, c)}
              </option>
            ))}
          </select>
        </div>
      )}
    </div>
  );
}

/* Our own grant on every onward release; what other instances asked for stays. */
function Orcon({
  id,
  value,
  onChange,
}: {
  id: string;
  value: string[];
  onChange: (v: string[] | undefined) => void;
}) {
  const t = useText();
  const { me } = useSession();
  const others = value.filter((x) => x !== me.instance);
  const set = (on: boolean) => {
    const next = on ? [...others, me.instance] : others;
    onChange(next.length > 0 ? next : undefined);
  };
  return (
    <div className="field">
      <label className="check">
        <input
          id={id}
          type="checkbox"
          checked={value.includes(me.instance)}
          onChange={(e) => set(e.target.checked)}
        />
        {t.form.orcon}
      </label>
      {others.length > 0 && <div className="field-help">{t.form.orconOthers(others.length)}</div>}
    </div>
  );
}

const isMe = (persons: string[], me: Me) => persons.length === 1 && persons[0] === me.user.id;

/* The users who alone may read it. A new record may be kept to oneself; what a record that exists has
 * may be taken away, which is a release and can be undone before it is saved, and nothing be added. */
function Persons({
  id,
  value,
  had,
  fresh,
  onChange,
}: {
  id: string;
  value: string[] | undefined;
  had: string[] | undefined;
  fresh: boolean | undefined;
  onChange: (v: string[] | undefined) => void;
}) {
  const t = useText();
  const { me } = useSession();
  const named = value ?? had ?? (fresh ? [me.user.id] : undefined);
  if (!named) return null;
  const help = fresh ? t.form.onlyMeHelp : had && t.form.onlyHadHelp;
  return (
    <div className="field">
      <label className="check">
        <input
          id={id}
          type="checkbox"
          checked={value !== undefined}
          aria-describedby={help && id + '-help'}
          onChange={(e) => onChange(e.target.checked ? named : undefined)}
        />
        {isMe(named, me) ? t.form.onlyMe : t.form.onlyThese(named.length)}
      </label>
      {help && (
        <div id={id + '-help'} className="field-help">
          {help}
        </div>
      )}
    </div>
  );
}

const groupId = (id: string, c: Category) => `${id}-${c.name}`.replace(/\W+/g, '-');
/* Obsolete values are offered only where they are chosen already. */
const everything = (c: Category, chosen: string[] = []) =>
  [...(c.groups ?? []), ...c.values].filter((v: Value) => !v.obsolete || chosen.includes(v.name));

export function LabelPicker({
  value,
  onChange,
  id,
  error,
  title,
  help,
  optional,
  fresh,
  persons,
}: {
  value: Label;
  onChange: (l: Label) => void;
  id: string;
  error?: string;
  title?: string;
  help?: string;
  optional?: boolean;
  /* The label of a record that does not exist yet. */
  fresh?: boolean;
  /* The users to whom the record is kept as it stands. */
  persons?: string[];
}) {
  const t = useText();
  const lang = useLang();
  const { policy } = useSession();
  return (
    <GroupFrame
      id={id}
      label={title ?? t.records.label}
      help={help ?? t.records.labelHelp}
      error={error}
      className="group form-wide">
      <Levels id={id} value={value} optional={optional} onChange={(v) => onChange({ ...value, ...v })} />
      {policy.permissive.map((p) => {
        const sets = value.permissive?.[p.name] ?? [];
        /* A label may ask for several sets at once; the picker edits the first and keeps the others. */
        return (
          <Choose
            key={p.name}
            id={groupId(id, p)}
            title={nameOf(lang, p)}
            values={everything(p, sets[0])}
            chosen={sets[0] ?? []}
            onChange={(v) =>
              onChange({
                ...value,
                permissive: without(
                  value.permissive,
                  p.name,
                  v.length ? [v, ...sets.slice(1)] : sets.slice(1),
                ),
              })
            }
          />
        );
      })}
      {policy.restrictive.map((r) => (
        <Choose
          key={r.name}
          id={groupId(id, r)}
          title={t.form.restrictive(nameOf(lang, r))}
          values={everything(r, value.restrictive?.[r.name])}
          chosen={value.restrictive?.[r.name] ?? []}
          onChange={(v) => onChange({ ...value, restrictive: without(value.restrictive, r.name, v) })}
        />
      ))}
      {(policy.informative ?? []).map((r) => (
        <Choose
          key={r.name}
          id={groupId(id, r)}
          title={t.form.informative(nameOf(lang, r))}
          values={everything(r, value.informative?.[r.name])}
          chosen={value.informative?.[r.name] ?? []}
          onChange={(v) => onChange({ ...value, informative: without(value.informative, r.name, v) })}
        />
      ))}
      <Persons
        id={id + '-persons'}
        value={value.persons}
        had={persons}
        fresh={fresh}
        onChange={(next) => onChange({ ...value, persons: next })}
      />
      <Orcon id={id + '-orcon'} value={value.orcon ?? []} onChange={(orcon) => onChange({ ...value, orcon })} />
    </GroupFrame>
  );
}

export function ClearancePicker({
  value,
  onChange,
  id,
  error,
  title,
}: {
  value: Clearance;
  onChange: (c: Clearance) => void;
  id: string;
  error?: string;
  title: string;
}) {
  const lang = useLang();
  const { policy } = useSession();
  return (
    <GroupFrame id={id} label={title} error={error} className="group form-wide">
      <Levels id={id} value={value} onChange={(v) => onChange({ ...value, ...v })} />
      {policy.permissive.map((p) => (
        <Choose
          key={p.name}
          id={groupId(id, p)}
          title={nameOf(lang, p)}
          values={everything(p)}
          chosen={value.permissive?.[p.name] ?? []}
          onChange={(v) => onChange({ ...value, permissive: without(value.permissive, p.name, v) })}
        />
      ))}
      {policy.restrictive.map((r) => (
        <Choose
          key={r.name}
          id={groupId(id, r)}
          title={nameOf(lang, r)}
          values={everything(r)}
          chosen={value.restrictive?.[r.name] ?? []}
          onChange={(v) => onChange({ ...value, restrictive: without(value.restrictive, r.name, v) })}
        />
      ))}
    </GroupFrame>
  );
}

function tlpText(tlp: string | undefined) {
  return tlp ? 'TLP:' + tlp : '';
}

/* The policy's own words for the parts of a label, in the reader's language. */
export function useLabelWords() {
  const { policy } = useSession();
  const lang = useLang();
  const word = (all: Named[], name: string) => {
    const found = all.find((x) => x.name === name);
    return found ? nameOf(lang, found) : name;
  };
  return {
    level: (name: string | undefined) => {
      const found = policy.levels.find((x) => x.name === name);
      return (lang === 'fr' ? found?.marking_fr : found?.marking_en) || name || '';
    },
    tag: (all: Category[], tag: string) => word(all, tag),
    value: (all: Category[], tag: string, name: string) => {
      const found = all.find((x) => x.name === tag);
      return word([...(found?.values ?? []), ...(found?.groups ?? [])], name);
    },
    policy,
  };
}

export function LabelText({ label }: { label: Label | undefined }) {
  const words = useLabelWords();
  const t = useText();
  const { me } = useSession();
  if (!label) return null;
  const { restrictive, permissive, informative = [] } = words.policy;
  const due = label.review && label.review <= new Date().toISOString();
  const parts = [
    words.level(label.class),
    ...Object.entries(label.restrictive ?? {}).map(([tag, v]) =>
      v.map((x) => words.value(restrictive, tag, x)).join(', '),
    ),
    ...Object.entries(label.permissive ?? {}).flatMap(([tag, sets]) =>
      sets.map((s) => `${words.tag(permissive, tag)} ${s.join(', ')}`),
    ),
    ...Object.entries(label.informative ?? {}).map(([tag, v]) =>
      v.map((x) => words.value(informative, tag, x)).join(', '),
    ),
    label.persons ? (isMe(label.persons, me) ? t.form.onlyYou : t.form.onlyNamed(label.persons.length)) : '',
    label.orcon?.length ? 'ORCON' : '',
    tlpText(label.tlp),
    due ? t.form.reviewDue(label.review?.slice(0, 10) ?? '') : '',
  ];
  return <>{parts.filter(Boolean).join(' // ')}</>;
}

/* Long sets are counted, not listed. */
export function ClearanceText({ clearance }: { clearance: Clearance | undefined }) {
  const words = useLabelWords();
  if (!clearance) return null;
  const { restrictive, permissive } = words.policy;
  const set = (v: string[]) =>
    v.length > 6 ? `${v.slice(0, 3).join(', ')}, + ${v.length - 3}` : v.join(', ');
  const parts = [
    words.level(clearance.class),
    ...Object.entries(clearance.restrictive ?? {}).map(([tag, v]) =>
      set(v.map((x) => words.value(restrictive, tag, x))),
    ),
    ...Object.entries(clearance.permissive ?? {}).map(
      ([tag, v]) => `${words.tag(permissive, tag)} ${set(v)}`,
    ),
    tlpText(clearance.tlp),
  ];
  return <>{parts.filter(Boolean).join(' // ')}</>;
}
