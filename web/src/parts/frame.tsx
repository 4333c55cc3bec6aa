/* A label, its field, its help and its error, tied together for every reader. */
import type { ReactNode } from 'react';
import { useText } from '../i18n/index.ts';

export interface FieldIds {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: boolean;
  'aria-required'?: boolean;
}

export function Frame({
  id,
  label,
  help,
  error,
  required,
  wide,
  children,
}: {
  id: string;
  label: string;
  help?: ReactNode;
  error?: string;
  required?: boolean;
  wide?: boolean;
  children: (ids: FieldIds) => ReactNode;
}) {
  const t = useText();
  const ids: FieldIds = {
    id,
    'aria-describedby':
      [help ? id + '-help' : '', error ? id + '-error' : ''].filter(Boolean).join(' ') || undefined,
    'aria-invalid': error ? true : undefined,
    'aria-required': required || undefined,
  };
  return (
    <div className={'field' + (wide ? ' form-wide' : '')}>
      <label htmlFor={id} id={id + '-label'}>
        {label}
        {required && (
          <span className="req" title={t.records.required} aria-hidden="true">
            *
          </span>
        )}
      </label>
      {children(ids)}
      {help && (
        <div className="field-help" id={id + '-help'}>
          {help}
        </div>
      )}
      {error && (
        <div className="field-error" id={id + '-error'}>
          {error}
        </div>
      )}
    </div>
  );
}

/* For groups of boxes or items: the label is a legend. */
export function GroupFrame({
  id,
  label,
  help,
  error,
  children,
  className = 'field form-wide',
}: {
  id: string;
  label: string;
  help?: ReactNode;
  error?: string;
  children: ReactNode;
  className?: string;
}) {
  return (
    <fieldset
      className={className}
      id={id}
      tabIndex={-1}
      aria-describedby={
        [help ? id + '-help' : '', error ? id + '-error' : ''].filter(Boolean).join(' ') || undefined
      }>
      <legend>{label}</legend>
      {help && (
        <div className="field-help" id={id + '-help'}>
          {help}
        </div>
      )}
      {children}
      {error && (
        <div className="field-error" id={id + '-error'}>
          {error}
        </div>
      )}
    </fieldset>
  );
}
