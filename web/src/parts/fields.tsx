/* The form of any kind, generated from its description: one component per type of field. Values have
 * the shape that the API takes; numbers stay text until they are sent, so that nothing typed is lost. */
import { useContext, useEffect, useState } from 'react';
import { choice, RefsContext, useLang, useText } from '../i18n/index.ts';
import {
  collator,
  country,
  countryCodes,
  duration,
  readDuration,
  readRegion,
  region,
} from '../lib/format.ts';
import type { Field, Label } from '../lib/types.ts';
import { Frame, GroupFrame, type FieldIds } from './frame.tsx';
import { Icon } from './icons.tsx';
import { LabelPicker } from './label.tsx';
import { RefPicker, RefsPicker } from './picker.tsx';
import { WhenInput } from './when.tsx';

export type Values = Record<string, unknown>;
export type Errors = Record<string, string>;
export const domId = (pointer: string) => 'f' + pointer.replace(/[^\w]+/g, '-');

export function useFieldText() {
  const lang = useLang();
  return {
    label: (f: Field) => (lang === 'fr' ? f.label_fr : f.label_en) || f.name,
    help: (f: Field) => (lang === 'fr' ? f.help_fr : f.help_en) || undefined,
  };
}

const isList = (f: Field) => f.type === 'list' || Boolean(f.fields?.length);
const lines = (v: unknown) => (Array.isArray(v) ? v.join('\n') : ((v as string | undefined) ?? ''));

function CountrySelect({
  ids,
  value,
  onChange,
}: {
  ids: FieldIds;
  value: string;
  onChange: (v: string) => void;
}) {
  const lang = useLang();
  const t = useText();
  const order = collator(lang);
  const all = countryCodes()
    .map((c) => ({ c, n: country(lang, c) }))
    .sort((a, b) => order.compare(a.n, b.n));
  return (
    <select {...ids} value={value} onChange={(e) => onChange(e.target.value)}>
      <option value="">{t.app.unset}</option>
      {value && !all.some((x) => x.c === value) && <option value={value}>{value}</option>}
      {all.map((x) => (
        <option key={x.c} value={x.c}>
          {x.n}
        </option>
      ))}
    </select>
  );
}

/* A code that is typed, and read back in words: an area or a duration. What cannot be read is sent as
 * it is, so that the instance says why. */
function CodeInput({
  ids,
  value,
  onChange,
  read,
  say,
  hint,
  bad,
}: {
  ids: FieldIds;
  value: string;
  onChange: (v: string) => void;
  read: (text: string) => string | null;
  say: (code: string) => string;
  hint: string;
  bad: string;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const code = read(text);
  const settle = () => {
    if ((code ?? text) !== value) onChange(code ?? text);
    else if (code !== null) setText(code);
  };
  const says = ids.id + '-says';
  return (
    <>
      <input
        {...ids}
        aria-describedby={[ids['aria-describedby'], says].filter(Boolean).join(' ')}
        value={text}
        autoComplete="off"
        spellCheck={false}
        onChange={(e) => setText(e.target.value)}
        onBlur={settle}
        onKeyDown={(e) => {
          if (e.key === 'Enter' || (e.key === 's' && e.ctrlKey)) settle();
        }}
      />
      <span className="when-reads" id={says}>
        {text.trim() === '' ? hint : code === null ? `${bad} ${hint}` : say(code)}
      </span>
    </>
  );
}

function One({
  f,
  ids,
  value,
  onChange,
  label,
}: {
  f: Field;
  ids: FieldIds;
  value: unknown;
  onChange: (v: unknown) => void;
  label: string;
}) {
  const lang = useLang();
  const t = useText();
  const s = value === undefined || value === null ? '' : String(value);
  const textLang = f.name.endsWith('_fr') ? 'fr' : f.name.endsWith('_en') ? 'en' : undefined;
  switch (f.type) {
    case 'longtext':
      return (
        <textarea
          {...ids}
          lang={textLang}
          value={s}
          maxLength={f.max}
          rows={3}
          onChange={(e) => onChange(e.target.value)}
        />
      );
    case 'enum':
      return (
        <select {...ids} value={s} onChange={(e) => onChange(e.target.value)}>
          <option value="">{f.required ? t.form.choose : t.app.unset}</option>
          {f.choices?.map((c) => (
            <option key={c.value} value={c.value}>
              {choice(lang, c)}
            </option>
          ))}
        </select>
      );
    case 'bool':
      return (
        <select
          {...ids}
          value={s}
          onChange={(e) => onChange(e.target.value === '' ? undefined : e.target.value === 'true')}>
          <option value="">{t.app.unset}</option>
          <option value="true">{t.app.yes}</option>
          <option value="false">{t.app.no}</option>
        </select>
      );
    case 'when':
      return <WhenInput ids={ids} value={s} onChange={onChange} label={label} />;
    case 'ref':
      return (
        <RefPicker ids={ids} label={label} target={f.target} value={s} onChange={(id) => onChange(id)} />
      );
    case 'country':
      return <CountrySelect ids={ids} value={s} onChange={onChange} />;
    case 'region':
      return (
        <CodeInput
          ids={ids}
          value={s}
          onChange={onChange}
          read={readRegion}
          say={(c) => region(lang, c)}
          hint={t.form.regionHelp}
          bad={t.form.regionBad}
        />
      );
    case 'duration':
      return (
        <CodeInput
          ids={ids}
          value={s}
          onChange={onChange}
          read={readDuration}
          say={(c) => duration(lang, c)}
          hint={t.form.durationHelp}
          bad={t.form.durationBad}
        />
      );
    case 'integer':
    case 'decimal':
      return (
        <input
          {...ids}
          inputMode={f.type === 'integer' ? 'numeric' : 'decimal'}
          value={s}
          onChange={(e) => onChange(e.target.value)}
        />
      );
    default:
      return (
        <input
          {...ids}
          lang={textLang}
          value={s}
          maxLength={f.max}
          onChange={(e) => onChange(e.target.value)}
          autoComplete="off"
        />
      );
  }
}

function ItemList({
  f,
  pointer,
  value,
  onChange,
  errors,
}: {
  f: Field;
  pointer: string;
  value: Values[];
  onChange: (v: Values[]) => void;
  errors: Errors;
}) {
  const t = useText();
  const { label, help } = useFieldText();
  const name = label(f);
  const replace = (i: number, v: Values) => onChange(value.map((x, k) => (k === i ? v : x)));
  return (
    <GroupFrame
      id={domId(pointer)}
      label={name}
      help={help(f)}
      error={errors[pointer]}
      className="group form-wide">
      {value.map((item, i) => (
        <div className="group-item" key={i} role="group" aria-label={t.records.item(name, String(i + 1))}>
          <div className="form-grid">
            {f.fields?.map((sub) => (
              <FieldInput
                key={sub.name}
                f={sub}
                pointer={`${pointer}/${i}/${sub.name}`}
                value={item[sub.name]}
                errors={errors}
                onChange={(v) => replace(i, { ...item, [sub.name]: v })}
              />
            ))}
          </div>
          <button
            type="button"
            className="icon-button"
            aria-label={t.records.removeItem(name, String(i + 1))}
            onClick={() => onChange(value.filter((_, k) => k !== i))}>
            <Icon name="close" />
          </button>
        </div>
      ))}
      <p>
        <button type="button" className="link-button" onClick={() => onChange([...value, {}])}>
          <Icon name="plus" size={14} /> {t.records.addItem(name)}
        </button>
      </p>
    </GroupFrame>
  );
}

export function FieldInput({
  f,
  pointer,
  value,
  onChange,
  errors,
}: {
  f: Field;
  pointer: string;
  value: unknown;
  onChange: (v: unknown) => void;
  errors: Errors;
}) {
  const t = useText();
  const lang = useLang();
  const { label, help } = useFieldText();
  useContext(RefsContext);
  const name = label(f),
    id = domId(pointer);
  if (isList(f))
    return (
      <ItemList
        f={f}
        pointer={pointer}
        value={(value as Values[] | undefined) ?? []}
        onChange={onChange}
        errors={errors}
      />
    );
  if (f.type === 'label')
    return (
      <LabelPicker
        id={id}
        title={name}
        help={help(f)}
        optional={!f.required}
        value={(value as Label | undefined) ?? {}}
        onChange={onChange}
        error={errors[pointer]}
      />
    );
  const nested = Object.keys(errors).find((p) => p.startsWith(pointer + '/'));
  const error = errors[pointer] ?? (nested ? errors[nested] : undefined);
  if (f.many && f.type === 'enum') {
    const chosen = (value as string[] | undefined) ?? [];
    return (
      <GroupFrame id={id} label={name} help={help(f)} error={error}>
        <div className="checks">
          {f.choices?.map((c) => (
            <label key={c.value} className="check">
              <input
                type="checkbox"
                checked={chosen.includes(c.value)}
                onChange={(e) =>
                  onChange(e.target.checked ? [...chosen, c.value] : chosen.filter((x) => x !== c.value))
                }
              />
              {choice(lang, c)}
            </label>
          ))}
        </div>
      </GroupFrame>
    );
  }
  if (f.many && f.type === 'ref')
    return (
      <Frame id={id} label={name} help={help(f)} error={error} required={f.required} wide>
        {(ids) => (
          <RefsPicker
            ids={ids}
            label={name}
            target={f.target}
            value={(value as string[] | undefined) ?? []}
            onChange={onChange}
          />
        )}
      </Frame>
    );
  if (f.many)
    return (
      <Frame
        id={id}
        label={name}
        help={[help(f), f.type === 'region' ? t.form.regionHelp : '', t.form.one].filter(Boolean).join(' ')}
        error={error}
        required={f.required}>
        {(ids) => (
          <textarea
            {...ids}
            rows={2}
            value={lines(value)}
            onChange={(e) => onChange(e.target.value.split('\n'))}
          />
        )}
      </Frame>
    );
  return (
    <Frame
      id={id}
      label={name}
      help={help(f)}
      error={error}
      required={f.required}
      wide={f.type === 'longtext'}>
      {(ids) => <One f={f} ids={ids} value={value} onChange={onChange} label={name} />}
    </Frame>
  );
}
