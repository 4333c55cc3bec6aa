/* Asking the first intermediary of a chain for an introduction: a draft, or sent at once. */
import { useRef, useState, type FormEvent } from 'react';
import { post } from '../api.ts';
import { useText } from '../i18n/index.ts';
import { wrote } from '../lib/live.ts';
import type { Chain } from '../lib/nurture.ts';
import { invalidate } from '../lib/query.ts';
import { useGo } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import { attempt } from '../lib/title.ts';
import { toast } from '../lib/toast.ts';
import type { Rec } from '../lib/types.ts';
import { errorText } from './common.tsx';
import { Box } from './dialog.tsx';
import { errorsOf } from './editor.tsx';
import { Segments } from './explain.tsx';
import { Frame } from './frame.tsx';
import { useOptionWords } from './options.tsx';
import { WhenInput } from './when.tsx';

export function AskIntroduction({ chain, onClose }: { chain: Chain; onClose: () => void }) {
  const t = useText();
  const goTo = useGo();
  const { path } = useKinds();
  const { name } = useOptionWords();
  const [words, setWords] = useState('');
  const [due, setDue] = useState('');
  const [how, setHow] = useState<'draft' | 'submit'>('draft');
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
      const { data } = await post<Rec>(
        '/introductions/request',
        {
          path: chain.actors,
          submit: how === 'submit',
          ...(due ? { response_due: due } : {}),
          ...(words.trim() ? { text: words.trim() } : {}),
        },
        undefined,
        key.current,
      );
      wrote(data.id, data.version);
      invalidate();
      onClose();
      toast({ text: t.introductions.asked });
      goTo(path('request', data.id));
    } catch (x) {
      const known = errorsOf(x);
      setErrors(known);
      const said = errorText(t, x);
      if (!known['/response_due'] && !known['/text'])
        setFailure([said.title, said.detail, ...Object.values(known)].filter(Boolean).join(' '));
      key.current = attempt();
      setBusy(false);
    }
  };

  return (
    <Box open onClose={onClose} title={t.introductions.ask}>
      <form onSubmit={submit} noValidate>
        <p className="section-lead">{t.introductions.askOf(name(chain.actors[1]))}</p>
        {failure && (
          <p className="note note-bad" role="alert">
            {failure}
          </p>
        )}
        <div className="form-grid">
          <Frame
            id="intro-text"
            label={t.introductions.text}
            help={t.introductions.textHelp}
            error={errors['/text']}
            wide>
            {(ids) => <textarea {...ids} rows={2} value={words} onChange={(e) => setWords(e.target.value)} />}
          </Frame>
          <Frame id="intro-due" label={t.introductions.due} error={errors['/response_due']}>
            {(ids) => <WhenInput ids={ids} label={t.introductions.due} value={due} onChange={setDue} />}
          </Frame>
        </div>
        <Segments
          label={t.introductions.how}
          value={how}
          onChange={setHow}
          options={[
            { value: 'draft', text: t.introductions.draft },
            { value: 'submit', text: t.introductions.send },
          ]}
        />
        <div className="form-actions">
          <button type="submit" className="button primary" disabled={busy}>
            {how === 'submit' ? t.introductions.sendNow : t.introductions.saveDraft}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {t.app.cancel}
          </button>
        </div>
      </form>
    </Box>
  );
}
