/* Text fields that understand what people type and say it back in words: durations and areas. */
import { useEffect, useMemo, useState } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import { durationText, readDuration } from '../lib/duration.ts';
import { readRegion, regionChoices, regionName } from '../lib/regions.ts';
import type { FieldIds } from './frame.tsx';

const described = (ids: FieldIds, more: string) => [ids['aria-describedby'], more].filter(Boolean).join(' ');

export function DurationInput({
  ids,
  value,
  onChange,
}: {
  ids: FieldIds;
  value: string;
  onChange: (v: string) => void;
}) {
  const t = useText();
  const lang = useLang();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const read = readDuration(text);
  const says = ids.id + '-says';
  return (
    <>
      <input
        {...ids}
        aria-describedby={described(ids, says)}
        value={text}
        autoComplete="off"
        spellCheck={false}
        onChange={(e) => setText(e.target.value)}
        onBlur={() => onChange(read ?? text)}
        onKeyDown={(e) => {
          if (e.key === 'Enter') onChange(read ?? text);
        }}
      />
      <span className="when-reads" id={says}>
        {text.trim() === '' ? (
          t.form.durationHelp
        ) : read === null ? (
          <span className="field-error">
            {t.form.durationBad} {t.form.durationHelp}
          </span>
        ) : (
          durationText(lang, read)
        )}
      </span>
    </>
  );
}

/* What is shown is the name; what is kept is the code. */
export function RegionInput({
  ids,
  value,
  onChange,
}: {
  ids: FieldIds;
  value: string;
  onChange: (v: string) => void;
}) {
  const t = useText();
  const lang = useLang();
  const shown = value ? `${regionName(lang, value)} (${value})` : '';
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const choices = useMemo(() => regionChoices(lang), [lang]);
  const says = ids.id + '-says',
    list = ids.id + '-list';
  const read = readRegion(lang, text);
  const settle = (v: string) => {
    const code = readRegion(lang, v);
    if (code === null) onChange(v.trim());
    else if (code !== value) onChange(code);
    else setText(shown);
  };
  return (
    <>
      <input
        {...ids}
        aria-describedby={described(ids, says)}
        list={list}
        value={text}
        autoComplete="off"
        onChange={(e) => setText(e.target.value)}
        onBlur={() => settle(text)}
        onKeyDown={(e) => {
          if (e.key === 'Enter') settle(text);
        }}
      />
      <datalist id={list}>
        {choices.map((c) => (
          <option key={c.code} value={`${c.name} (${c.code})`} />
        ))}
      </datalist>
      <span className="when-reads" id={says}>
        {text.trim() === '' ? (
          t.form.regionHelp
        ) : read === null ? (
          <span className="field-error">
            {t.form.regionBad} {t.form.regionHelp}
          </span>
        ) : null}
      </span>
    </>
  );
}
