/* Choosing another record by typing a part of its name. The list comes from the server as it is
 * typed, so that it never offers what the reader may not read. */
import { useContext, useEffect, useRef, useState } from 'react';
import { Button, ComboBox, Input, ListBox, ListBoxItem, Popover } from 'react-aria-components';
import { get, type Params } from '../api.ts';
import { named, RefsContext, refTitle, useLang, useText } from '../i18n/index.ts';
import { useKinds } from '../lib/session.tsx';
import { titleOf } from '../lib/title.ts';
import type { Foreign, Hit, Page, Rec, RecordAnswer, Refs } from '../lib/types.ts';
import type { FieldIds } from './frame.tsx';
import { Icon } from './icons.tsx';
import { useWhose } from './whose.tsx';

export interface Picked {
  id: string;
  title: string;
  note?: string;
}
/* Names of what was picked in this session, so that they need not be fetched again. */
const known = new Map<string, string>();
export const remember = (p: Picked) => known.set(p.id, p.title);

/* A form that was begun with a reference knows its identifier only: its name is read once. */
function useLearned(target: string | undefined, id: string, name: string) {
  const lang = useLang();
  const { byName } = useKinds();
  const [, turn] = useState(0);
  const plural = target ? byName(target)?.plural : undefined;
  useEffect(() => {
    if (!id || name || !plural) return;
    const abort = new AbortController();
    get<RecordAnswer>(`/${plural}/${id}`, undefined, abort.signal).then(
      ({ data }) => {
        remember({ id, title: titleOf(lang, data, data.refs ?? {}).text });
        turn((n) => n + 1);
      },
      () => undefined,
    );
    return () => abort.abort();
  }, [plural, id, name, lang]);
}

export function useName() {
  const refs = useContext(RefsContext);
  const lang = useLang();
  return (id: string) => (refs[id] ? named(lang, refs[id]).text : known.get(id)) ?? '';
}

/* The name of a record that may not have been shown yet. */
export function useNameOf(target: string, id: string) {
  const name = useName()(id);
  useLearned(target, id, name);
  return name;
}

function useFound(target: string | undefined, text: string, open: boolean, only?: Params) {
  const lang = useLang();
  const { byName, word, title: kindTitle } = useKinds();
  const [found, setFound] = useState<{ items: Picked[]; busy: boolean }>({ items: [], busy: false });
  const whose = useWhose();
  const words = useRef({ word, kindTitle, whose });
  words.current = { word, kindTitle, whose };
  const plural = target ? byName(target)?.plural : undefined;
  const filter = JSON.stringify(only ?? {});
  useEffect(() => {
    if (!open) return;
    const abort = new AbortController();
    /* What tells two of the same name apart: what an actor is, whose word a concept is, and that it
     * is a partner's. */
    const natureOf = (r: Rec, refs: Refs) =>
      r.kind === 'actor'
        ? [words.current.word('actor', 'nature', r.nature as string)]
        : r.kind === 'concept'
          ? [refTitle(lang, refs[r.vocabulary as string]), r.notation as string | undefined]
          : [];
    const whoseOf = (r: Foreign) => (r.theirs ? words.current.whose(r) : '');
    const noteOf = (r: Rec, refs: Refs) =>
      [...natureOf(r, refs), whoseOf(r)].filter(Boolean).join(' · ') || undefined;
    const timer = setTimeout(
      async () => {
        setFound((f) => ({ ...f, busy: true }));
        try {
          if (plural) {
            const { data } = await get<Page<Rec>>(
              '/' + plural,
              { q: text, limit: 12, ...(JSON.parse(filter) as Params) },
              abort.signal,
            );
            setFound({
              busy: false,
              items: data.items.map((r) => ({
                id: r.id,
                title: titleOf(lang, r, data.refs ?? {}).text,
                note: noteOf(r, data.refs ?? {}),
              })),
            });
          } else {
            const { data } = text
              ? await get<Page<Hit>>('/search', { q: text, limit: 12 }, abort.signal)
              : { data: { items: [] as Hit[] } };
            setFound({
              busy: false,
              items: data.items.map((h) => ({
                id: h.id,
                title: named(lang, h).text,
                note: [words.current.kindTitle(h.kind), whoseOf(h)].filter(Boolean).join(' · '),
              })),
            });
          }
        } catch {
          if (!abort.signal.aborted) setFound({ items: [], busy: false });
        }
      },
      text ? 180 : 0,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [plural, text, open, lang, filter]);
  return found;
}

export function RefPicker({
  ids,
  label,
  target,
  value,
  onChange,
  autoFocus,
  exclude = [],
  clearOnPick,
  only,
}: {
  ids: FieldIds;
  label: string;
  target?: string;
  value: string;
  onChange: (id: string, picked?: Picked) => void;
  autoFocus?: boolean;
  exclude?: string[];
  clearOnPick?: boolean;
  only?: Params;
}) {
  const t = useText();
  const name = useName();
  const [text, setText] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  useLearned(target, value, value ? name(value) : '');
  const shown = text ?? (value ? name(value) || value : '');
  const { items, busy } = useFound(target, text ?? '', open, only);
  const options = items.filter((i) => !exclude.includes(i.id));
  return (
    <ComboBox
      aria-label={label}
      items={options}
      inputValue={shown}
      selectedKey={value || null}
      allowsEmptyCollection
      menuTrigger="input"
      onOpenChange={setOpen}
      allowsCustomValue={false}
      isInvalid={ids['aria-invalid']}
      onInputChange={(v) => {
        setText(v === shown && text === null ? null : v);
        if (v !== '' || open) setOpen(true);
        if (v === '' && value) onChange('');
      }}
      onSelectionChange={(key) => {
        const pick = key === null ? undefined : options.find((o) => o.id === key);
        if (!pick) return;
        remember(pick);
        onChange(pick.id, pick);
        setText(clearOnPick ? '' : null);
      }}
      onBlur={() => {
        setOpen(false);
        setText(null);
      }}>
      <div className="combo">
        <Input {...ids} placeholder={t.form.searchFor} autoFocus={autoFocus} />
        <Button className="icon-button" aria-label={`${t.form.choose} ${label}`}>
          <Icon name="down" />
        </Button>
      </div>
      <Popover className="popover">
        <ListBox
          className="listbox"
          aria-label={label}
          renderEmptyState={() => (
            <div className="nothing">
              {busy ? t.app.loading : text || target ? t.form.nothingFound : t.form.searchFor}
            </div>
          )}>
          {(item: Picked) => (
            <ListBoxItem id={item.id} textValue={item.title} className="option">
              {item.title}
              {item.note && <small>{item.note}</small>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

export function RefsPicker({
  ids,
  label,
  target,
  value,
  onChange,
  exclude = [],
}: {
  ids: FieldIds;
  label: string;
  target?: string;
  value: string[];
  onChange: (ids: string[]) => void;
  exclude?: string[];
}) {
  const t = useText();
  const name = useName();
  return (
    <>
      {value.length > 0 && (
        <ul className="picked" aria-label={`${label}: ${t.form.selected}`}>
          {value.map((id) => (
            <li key={id}>
              {name(id) || t.app.hidden}
              <button
                type="button"
                className="icon-button small"
                aria-label={`${t.app.remove} ${name(id)}`}
                onClick={() => onChange(value.filter((v) => v !== id))}>
                <Icon name="close" size={13} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <RefPicker
        ids={ids}
        label={label}
        target={target}
        value=""
        exclude={[...value, ...exclude]}
        clearOnPick
        onChange={(id) => {
          if (id) onChange([...value, id]);
        }}
      />
    </>
  );
}
