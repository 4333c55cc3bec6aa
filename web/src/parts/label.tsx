/* Who may read a record: classification, TLP, what readers must hold, and to whom it is releasable. */
import { useLang, useText } from '../i18n/index.ts';
import { useSession } from '../lib/session.tsx';
import type { Label, Lang, Named } from '../lib/types.ts';
import { GroupFrame } from './frame.tsx';

const nameOf = (lang: Lang, n: Named) => n[lang] || n.en || n.name;

function Boxes({ id, title, values, chosen, onChange }: { id: string; title: string; values: Named[]; chosen: string[]; onChange: (v: string[]) => void }) {
  const lang = useLang();
  return (
    <GroupFrame id={id} label={title}>
      <div className="checks">
        {values.map((v) => (
          <label key={v.name} className="check"><input type="checkbox" checked={chosen.includes(v.name)}
            onChange={(e) => onChange(e.target.checked ? [...chosen, v.name] : chosen.filter((x) => x !== v.name))} />{nameOf(lang, v)}</label>
        ))}
      </div>
    </GroupFrame>
  );
}

export function LabelPicker({ value, onChange, id, error, title }: { value: Label; onChange: (l: Label) => void; id: string; error?: string; title?: string }) {
  const t = useText();
  const lang = useLang();
  const { policy } = useSession();
  const tlp = policy.tlp.map((x) => (typeof x === 'string' ? { name: x, en: 'TLP:' + x, fr: 'TLP:' + x } : x));
  const without = <T extends object>(o: T | undefined, key: string, v: unknown[]): T | undefined => {
    const next = { ...o, [key]: v } as Record<string, unknown>;
    if (v.length === 0) delete next[key];
    return (Object.keys(next).length ? next : undefined) as T | undefined;
  };
  return (
    <GroupFrame id={id} label={title ?? t.records.label} help={t.records.labelHelp} error={error} className="group form-wide">
      <div className="form-grid">
        <div className="field"><label htmlFor={id + '-class'}>{t.form.class}</label>
          <select id={id + '-class'} value={value.class ?? ''} onChange={(e) => onChange({ ...value, class: e.target.value || undefined })}>
            {!value.class && <option value="">{t.app.unset}</option>}
            {policy.classes.map((c) => <option key={c.name} value={c.name}>{nameOf(lang, c)}</option>)}
          </select></div>
        {tlp.length > 0 && <div className="field"><label htmlFor={id + '-tlp'}>{t.form.tlp}</label>
          <select id={id + '-tlp'} value={value.tlp ?? ''} onChange={(e) => onChange({ ...value, tlp: e.target.value || undefined })}>
            <option value="">{t.app.none}</option>{tlp.map((c) => <option key={c.name} value={c.name}>{nameOf(lang, c)}</option>)}
          </select></div>}
      </div>
      {policy.restrictive.map((r) => <Boxes key={r.tag} id={`${id}-${r.tag}`.replace(/\W+/g, '-')} title={`${t.form.restrictive}: ${r[lang] ?? r.tag}`} values={r.values}
        chosen={value.restrictive?.[r.tag] ?? []} onChange={(v) => onChange({ ...value, restrictive: without(value.restrictive, r.tag, v) })} />)}
      {policy.permissive.map((p) => {
        const sets = value.permissive?.[p.tag] ?? [];
        /* A label may ask for several sets at once; the picker edits the first and keeps the others. */
        return <Boxes key={p.tag} id={`${id}-${p.tag}`.replace(/\W+/g, '-')} title={p[lang] ?? p.tag} values={[...(p.groups ?? []), ...p.values]}
          chosen={sets[0] ?? []} onChange={(v) => onChange({ ...value, permissive: without(value.permissive, p.tag, v.length ? [v, ...sets.slice(1)] : sets.slice(1)) })} />;
      })}
    </GroupFrame>
  );
}
