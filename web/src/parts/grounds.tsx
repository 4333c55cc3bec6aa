/* On what grounds more may read: authority, reason, and until when. */
import { useText } from '../i18n/index.ts';
import type { Errors } from './fields.tsx';
import { Frame } from './frame.tsx';

export interface GroundsValue {
  authority?: string;
  reason?: string;
  until?: string;
  review?: string;
}
type Need = 'required' | 'optional' | 'none';

/* Only what was entered. */
export const groundsBody = (g: GroundsValue) =>
  Object.fromEntries(Object.entries(g).filter(([, v]) => typeof v === 'string' && v !== ''));

export function Grounds({
  id,
  value,
  onChange,
  errors,
  at = '',
  authority = 'optional',
  reason = 'optional',
  untilHelp,
  endless = false,
}: {
  id: string;
  value: GroundsValue;
  onChange: (v: GroundsValue) => void;
  errors: Errors;
  /* Where the grounds stand in what is sent. */
  at?: string;
  authority?: Need;
  reason?: Need;
  untilHelp?: string;
  /* What named persons give free has no end. */
  endless?: boolean;
}) {
  const t = useText();
  const x = t.release;
  const line = (name: 'authority' | 'reason', label: string, help: string, need: Need) =>
    need !== 'none' && (
      <Frame
        id={`${id}-${name}`}
        label={label}
        help={help}
        error={errors[`${at}/${name}`]}
        required={need === 'required'}
        wide>
        {(ids) => (
          <input
            {...ids}
            value={value[name] ?? ''}
            autoComplete="off"
            onChange={(e) => onChange({ ...value, [name]: e.target.value })}
          />
        )}
      </Frame>
    );
  const day = (name: 'until' | 'review', label: string, help: string) => (
    <Frame id={`${id}-${name}`} label={label} help={help} error={errors[`${at}/${name}`]}>
      {(ids) => (
        <input
          {...ids}
          type="date"
          value={value[name]?.slice(0, 10) ?? ''}
          onChange={(e) => onChange({ ...value, [name]: e.target.value })}
        />
      )}
    </Frame>
  );
  return (
    <>
      {line('reason', x.reason, x.reasonHelp, reason)}
      {line('authority', x.authority, x.authorityHelp, authority)}
      {!endless && day('until', x.until, untilHelp ?? x.untilHelp)}
      {day('review', x.review, x.reviewHelp)}
    </>
  );
}
