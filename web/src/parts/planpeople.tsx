/* Whose hours a plan spends, and on which days nobody does: both are kept in the address. */
import { useState } from 'react';
import { useText } from '../i18n/index.ts';
import { setSearch } from '../lib/router.tsx';
import { Icon } from './icons.tsx';
import { RefPicker, useNameOf } from './picker.tsx';
import { When } from './common.tsx';

export interface Budget {
  person: string;
  hours: string; /* "6", or week by week "6/4/0" */
}

export function readBudgets(text: string): Budget[] {
  return text.split(',').flatMap((one) => {
    const [person = '', hours = ''] = one.split('=');
    return person ? [{ person, hours }] : [];
  });
}
const writeBudgets = (all: Budget[]) => all.map((b) => `${b.person}=${b.hours}`).join(',');

/* What the server takes: numbers from 0 to 168, parted by strokes. */
export function validHours(text: string): boolean {
  return text.split('/').every((h) => h.trim() !== '' && Number(h) >= 0 && Number(h) <= 168);
}

export const readDays = (text: string) =>
  [...new Set(text.split(','))].filter((d) => /^\d{4}-\d\d-\d\d$/.test(d)).sort();

function PersonRow({ b, onChange, onRemove }: { b: Budget; onChange: (h: string) => void; onRemove: () => void }) {
  const t = useText();
  const [text, setText] = useState(b.hours);
  const name = useNameOf('actor', b.person) || '…';
  return (
    <li>
      <span className="plan-who">{name}</span>
      <input
        className="plan-who-hours"
        inputMode="decimal"
        aria-label={t.plan.personHours(name)}
        aria-invalid={!validHours(text) || undefined}
        value={text}
        onChange={(e) => {
          setText(e.target.value);
          if (validHours(e.target.value)) onChange(e.target.value);
        }}
      />
      <span aria-hidden="true">h</span>
      <button type="button" className="icon-button small" aria-label={t.plan.remove(name)} onClick={onRemove}>
        <Icon name="close" size={14} />
      </button>
    </li>
  );
}

export function People({ budgets }: { budgets: Budget[] }) {
  const t = useText();
  const set = (all: Budget[]) => setSearch({ budgets: writeBudgets(all), only: undefined });
  return (
    <fieldset className="plan-choices">
      <legend>{t.plan.people}</legend>
      <p className="muted small-text" id="plan-people-help">
        {t.plan.peopleHelp}
      </p>
      {budgets.length > 0 && (
        <ul className="plan-chosen">
          {budgets.map((b) => (
            <PersonRow
              key={b.person}
              b={b}
              onChange={(hours) => set(budgets.map((x) => (x.person === b.person ? { ...x, hours } : x)))}
              onRemove={() => set(budgets.filter((x) => x.person !== b.person))}
            />
          ))}
        </ul>
      )}
      <RefPicker
        key={budgets.length}
        ids={{ id: 'plan-add-person', 'aria-describedby': 'plan-people-help' }}
        label={t.plan.addPerson}
        target="actor"
        value=""
        clearOnPick
        only={{ nature: 'person' }}
        exclude={budgets.map((b) => b.person)}
        onChange={(person) => person && set([...budgets, { person, hours: '6' }])}
      />
    </fieldset>
  );
}

export function DaysOff({ days }: { days: string[] }) {
  const t = useText();
  const [day, setDay] = useState('');
  const set = (all: string[]) => setSearch({ blackout: [...new Set(all)].sort().join(',') });
  return (
    <fieldset className="plan-choices">
      <legend>{t.plan.daysOff}</legend>
      {days.length > 0 && (
        <ul className="plan-chosen">
          {days.map((d) => (
            <li key={d}>
              <When at={d} />
              <button
                type="button"
                className="icon-button small"
                aria-label={t.plan.remove(d)}
                onClick={() => set(days.filter((x) => x !== d))}>
                <Icon name="close" size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="plan-add-day">
        <input
          type="date"
          aria-label={t.plan.addDay}
          value={day}
          onChange={(e) => setDay(e.target.value)}
        />
        <button
          type="button"
          className="button small"
          disabled={readDays(day).length === 0}
          onClick={() => {
            set([...days, day]);
            setDay('');
          }}>
          {t.plan.add}
        </button>
      </div>
    </fieldset>
  );
}
