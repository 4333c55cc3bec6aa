/* The answer to a request: all of it, a part, or no; when it came; and for a refusal why. A refusal that
 * gives its reason says nothing against a partner. */
import { useState, type FormEvent } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import { isoDay } from '../lib/format.ts';
import type { BoardItem } from '../lib/needs.ts';
import { useQuery } from '../lib/query.ts';
import { useKinds } from '../lib/session.tsx';
import { toast } from '../lib/toast.ts';
import type { RecordAnswer } from '../lib/types.ts';
import { change } from '../lib/write.ts';
import { errorText, Failure, RefName, Shown } from './common.tsx';
import { Box } from './dialog.tsx';
import { errorsOf } from './editor.tsx';
import { Segments } from './explain.tsx';
import { Frame } from './frame.tsx';
import { WhenInput } from './when.tsx';

type Answer = 'full' | 'part' | 'declined';
interface RequestLine {
  capability?: string;
  offer?: string;
  quantity?: number;
  unit?: string;
  answered_quantity?: number;
  [field: string]: unknown;
}

function Lines({
  lines,
  given,
  onChange,
}: {
  lines: RequestLine[];
  given: Record<number, string>;
  onChange: (at: number, v: string) => void;
}) {
  const t = useText();
  const lang = useLang();
  return (
    <fieldset className="group">
      <legend>{t.requests.howMuch}</legend>
      {lines.map((l, i) => (
        <div className="answer-line" key={i}>
          <label htmlFor={'answer-' + i}>
            <RefName id={l.capability ?? l.offer} />{' '}
            <span className="muted">
              {t.requests.asked1(
                new Intl.NumberFormat(`${lang}-CA`).format(l.quantity ?? 1) + (l.unit ? ' ' + l.unit : ''),
              )}
            </span>
          </label>
          <input
            id={'answer-' + i}
            inputMode="decimal"
            value={given[i] ?? ''}
            onChange={(e) => onChange(i, e.target.value)}
          />
        </div>
      ))}
    </fieldset>
  );
}

function Form({ item, request, onClose }: { item: BoardItem; request: RecordAnswer; onClose: () => void }) {
  const t = useText();
  const { byName, word } = useKinds();
  const plural = byName('request')?.plural ?? 'requests';
  const [answer, setAnswer] = useState<Answer>('full');
  const [on, setOn] = useState(isoDay(new Date()));
  const [reason, setReason] = useState('');
  const [given, setGiven] = useState<Record<number, string>>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const lines = (request.lines as RequestLine[] | undefined) ?? [];

  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setErrors({});
    setFailure('');
    const quantity = (l: RequestLine, i: number) => {
      const v = Number((given[i] ?? '').trim().replace(',', '.'));
      return (given[i] ?? '').trim() !== '' && Number.isFinite(v) ? { ...l, answered_quantity: v } : l;
    };
    try {
      await change(plural, item.request, (r) => ({
        state: answer === 'declined' ? 'declined' : 'offered',
        answer,
        answered_on: on,
        ...(answer === 'declined' ? { closed_on: on, reason: reason.trim() || null } : {}),
        ...(answer === 'part' && lines.length
          ? { lines: ((r.lines as RequestLine[] | undefined) ?? []).map(quantity) }
          : {}),
      }));
      toast({ text: t.requests.answerSaved });
      onClose();
    } catch (x) {
      const known = errorsOf(x);
      setErrors(known);
      const said = errorText(t, x);
      setFailure(
        [said.title, said.detail, ...Object.entries(known).map(([p, m]) => `${p.slice(1)}: ${m}`)]
          .filter(Boolean)
          .join(' '),
      );
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit} noValidate>
      <p className="section-lead">{item.title}</p>
      <Failure text={failure} />
      <Segments
        label={t.requests.answer}
        value={answer}
        onChange={setAnswer}
        options={(['full', 'part', 'declined'] as const).map((v) => ({
          value: v,
          text: word('request', 'answer', v),
        }))}
      />
      <div className="answer-rest">
        <Frame id="answered-on" label={t.requests.answeredOn} error={errors['/answered_on']} required>
          {(ids) => <WhenInput ids={ids} label={t.requests.answeredOn} value={on} onChange={setOn} />}
        </Frame>
        {answer === 'part' && lines.length > 0 && (
          <Lines lines={lines} given={given} onChange={(i, v) => setGiven((g) => ({ ...g, [i]: v }))} />
        )}
        {answer === 'declined' && (
          <Frame
            id="answer-reason"
            label={t.records.reason}
            help={t.requests.reasonHelp}
            error={errors['/reason']}>
            {(ids) => (
              <textarea {...ids} rows={3} value={reason} onChange={(e) => setReason(e.target.value)} />
            )}
          </Frame>
        )}
      </div>
      <div className="form-actions">
        <button type="submit" className="button primary" disabled={busy}>
          {t.app.save}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {t.app.cancel}
        </button>
      </div>
    </form>
  );
}

export function AnswerDialog({ item, onClose }: { item: BoardItem; onClose: () => void }) {
  const t = useText();
  const { byName } = useKinds();
  const query = useQuery<RecordAnswer>(`/${byName('request')?.plural ?? 'requests'}/${item.request}`);
  return (
    <Box open onClose={onClose} title={t.requests.recordAnswer}>
      <Shown query={query}>{(r) => <Form item={item} request={r} onClose={onClose} />}</Shown>
    </Box>
  );
}
