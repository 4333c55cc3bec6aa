/* A form that asks somebody for something: words, the day on which an answer is due, as a draft or sent
 * at once. What else is stated, and what is made of it, is the caller's. Sent again after a failure in
 * between, it makes nothing twice. */
import { useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useText } from '../i18n/index.ts';
import { invalidate } from '../lib/query.ts';
import { useGo } from '../lib/router.tsx';
import { attempt } from '../lib/title.ts';
import { toast } from '../lib/toast.ts';
import { errorText, Failure } from './common.tsx';
import { Box } from './dialog.tsx';
import { errorsOf } from './editor.tsx';
import { Segments } from './explain.tsx';
import { Frame } from './frame.tsx';
import { WhenInput } from './when.tsx';

export interface Asking {
  submit: boolean;
  response_due?: string;
  text?: string;
}
export type How = 'submit' | 'draft';

export interface AskingTexts {
  title: string;
  due: string;
  words: string;
  wordsHelp: string;
  how: string;
  submit: string;
  draft: string;
  submitNow: string;
  saveDraft: string;
}

export function AskForm({
  id,
  open,
  onClose,
  texts,
  lead,
  startDue = '',
  hows,
  more,
  send,
}: {
  id: string;
  open: boolean;
  onClose: () => void;
  texts: AskingTexts;
  lead: ReactNode;
  startDue?: string;
  hows: How[] /* the first is chosen */;
  more?: (errors: Record<string, string>) => ReactNode /* further fields */;
  send: (asking: Asking, key: string) => Promise<{ said: string; next: string }>;
}) {
  const t = useText();
  const goTo = useGo();
  const [words, setWords] = useState('');
  const [due, setDue] = useState(startDue);
  const [how, setHow] = useState<How>(hows[0] ?? 'draft');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const key = useRef(attempt());

  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setErrors({});
    setFailure('');
    try {
      const { said, next } = await send(
        {
          submit: how === 'submit',
          ...(due ? { response_due: due } : {}),
          ...(words.trim() ? { text: words.trim() } : {}),
        },
        key.current,
      );
      invalidate();
      onClose();
      toast({ text: said });
      goTo(next);
    } catch (x) {
      const known = errorsOf(x);
      setErrors(known);
      const said = errorText(t, x);
      if (!known['/response_due'] && !known['/text'])
        setFailure([said.title, said.detail, ...Object.values(known)].filter(Boolean).join(' '));
      key.current = attempt();
    }
    setBusy(false);
  };

  return (
    <Box open={open} onClose={onClose} title={texts.title}>
      <form onSubmit={submit} noValidate>
        {lead}
        <Failure text={failure} />
        <div className="form-grid">
          <Frame id={id + '-due'} label={texts.due} error={errors['/response_due']}>
            {(ids) => <WhenInput ids={ids} label={texts.due} value={due} onChange={setDue} />}
          </Frame>
          {more?.(errors)}
          <Frame id={id + '-text'} label={texts.words} help={texts.wordsHelp} error={errors['/text']} wide>
            {(ids) => <textarea {...ids} rows={2} value={words} onChange={(e) => setWords(e.target.value)} />}
          </Frame>
        </div>
        <Segments
          label={texts.how}
          value={how}
          onChange={setHow}
          options={hows.map((h) => ({ value: h, text: texts[h] }))}
        />
        <div className="form-actions">
          <button type="submit" className="button primary" disabled={busy}>
            {how === 'submit' ? texts.submitNow : texts.saveDraft}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {t.app.cancel}
          </button>
        </div>
      </form>
    </Box>
  );
}
