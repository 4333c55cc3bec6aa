/* A date as precise as it is known. It is typed (a year, a month, a day, or "+14d"), or picked from
 * a calendar; what was understood is said back in words. */
import { useEffect, useState } from 'react';
import { parseDate } from '@internationalized/date';
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  Dialog,
  DialogTrigger,
  Heading,
  Popover,
} from 'react-aria-components';
import { useLang, useText } from '../i18n/index.ts';
import { readWhen, when } from '../lib/format.ts';
import type { FieldIds } from './frame.tsx';
import { Icon } from './icons.tsx';

export function WhenInput({
  ids,
  value,
  onChange,
  label,
  quiet,
}: {
  ids: FieldIds;
  value: string;
  onChange: (v: string) => void;
  label: string;
  quiet?: boolean;
}) {
  const t = useText();
  const lang = useLang();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const read = readWhen(text);
  const settle = () => {
    const v = readWhen(text);
    if (v !== null && v !== value) onChange(v);
    else if (v === null && text !== value) onChange(text);
    else if (v !== null) setText(v);
  };
  const day = read && /^\d{4}-\d{2}-\d{2}$/.test(read) ? parseDate(read) : null;
  const precision = !read
    ? ''
    : read.length === 4
      ? t.form.known.year
      : read.length === 7
        ? t.form.known.month
        : '';
  const says = ids.id + '-says';
  return (
    <>
      <div className="when">
        <input
          {...ids}
          aria-describedby={[ids['aria-describedby'], says].filter(Boolean).join(' ')}
          value={text}
          inputMode="text"
          autoComplete="off"
          spellCheck={false}
          placeholder={lang === 'fr' ? 'AAAA-MM-JJ' : 'YYYY-MM-DD'}
          onChange={(e) => setText(e.target.value)}
          onBlur={settle}
          onKeyDown={(e) => {
            if (e.key === 'Enter' || (e.key === 's' && e.ctrlKey)) settle();
          }}
        />
        <DialogTrigger>
          <Button className="icon-button" aria-label={`${t.form.calendar}: ${label}`}>
            <Icon name="calendar" />
          </Button>
          <Popover className="popover" placement="bottom end">
            <Dialog className="calendar" aria-label={`${t.form.calendar}: ${label}`}>
              {({ close }) => (
                <Calendar
                  aria-label={label}
                  value={day}
                  onChange={(d) => {
                    onChange(d.toString());
                    close();
                  }}
                  autoFocus>
                  <header>
                    <Button slot="previous" className="icon-button small" aria-label={t.form.previous}>
                      <span className="flip">
                        <Icon name="more" />
                      </span>
                    </Button>
                    <Heading />
                    <Button slot="next" className="icon-button small" aria-label={t.form.next}>
                      <Icon name="more" />
                    </Button>
                  </header>
                  <CalendarGrid>{(d) => <CalendarCell date={d} className="calendar-day" />}</CalendarGrid>
                </Calendar>
              )}
            </Dialog>
          </Popover>
        </DialogTrigger>
      </div>
      <span className={quiet && read !== null ? 'sr' : 'when-reads'} id={says}>
        {text.trim() === '' ? (
          ''
        ) : read === null ? (
          <span className="field-error">
            {t.form.whenBad} {t.form.whenHelp}
          </span>
        ) : (
          [when(lang, read), precision].filter(Boolean).join(', ')
        )}
      </span>
    </>
  );
}
