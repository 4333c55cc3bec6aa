/* From an option to its requests: one for each partner, as drafts or sent at once. Asking twice for the
 * same makes nothing new. */
import { useRef, useState, type FormEvent } from 'react';
import { post } from '../api.ts';
import { useLang, useText } from '../i18n/index.ts';
import { isoDay, num } from '../lib/format.ts';
import type { Need, OptionPage } from '../lib/needs.ts';
import { invalidate } from '../lib/query.ts';
import { useGo } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import { attempt } from '../lib/title.ts';
import { toast } from '../lib/toast.ts';
import { errorText, RefName } from './common.tsx';
import { Box } from './dialog.tsx';
import { errorsOf } from './editor.tsx';
import { Segments } from './explain.tsx';
import { Frame } from './frame.tsx';
import { WhenInput } from './when.tsx';

function inDays(n: number): string {
  const d = new Date();
  d.setDate(d.getDate() + n);
  return isoDay(d);
}

export function MakeRequests({
  need,
  option,
  open,
  onClose,
}: {
  need: Need;
  option: OptionPage;
  open: boolean;
  onClose: () => void;
}) {
  const t = useText();
  const lang = useLang();
  const goTo = useGo();
  const { choices } = useKinds();
  const [due, setDue] = useState(() => inDays(3));
  const [stakes, setStakes] = useState('significant');
  const [words, setWords] = useState('');
  const [how, setHow] = useState<'submit' | 'draft'>('submit');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const key = useRef(attempt());
  const others = option.members.filter((m) => !m.own);

  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setErrors({});
    setFailure('');
    try {
      const { data } = await post<{ requests: string[] }>(
        `/needs/${need.id}/options/${option.key}/requests`,
        {
          stakes,
          submit: how === 'submit',
          ...(due ? { response_due: due } : {}),
          ...(words.trim() ? { text: words.trim() } : {}),
        },
        undefined,
        key.current,
      );
      invalidate();
      onClose();
      toast({ text: t.needs.requestsMade(num(lang, data.requests.length), data.requests.length) });
      goTo(`/requests?need=${need.id}`);
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
    <Box open={open} onClose={onClose} title={t.needs.makeRequests}>
      <form onSubmit={submit} noValidate>
        <p className="section-lead">{t.needs.makeLead}</p>
        <ul className="chips ask-whom">
          {others.map((m, i) => (
            <li key={i}>
              <RefName id={m.actor} />
            </li>
          ))}
        </ul>
        {failure && (
          <p className="note note-bad" role="alert">
            {failure}
          </p>
        )}
        <div className="form-grid">
          <Frame id="ask-due" label={t.requests.responseDue} error={errors['/response_due']}>
            {(ids) => <WhenInput ids={ids} label={t.requests.responseDue} value={due} onChange={setDue} />}
          </Frame>
          <Frame id="ask-stakes" label={t.partner.stakes} error={errors['/stakes']}>
            {(ids) => (
              <select {...ids} value={stakes} onChange={(e) => setStakes(e.target.value)}>
                {choices('request', 'stakes').map((c) => (
                  <option key={c.value} value={c.value}>
                    {c.text}
                  </option>
                ))}
              </select>
            )}
          </Frame>
          <Frame
            id="ask-text"
            label={t.needs.askText}
            help={t.needs.askTextHelp}
            error={errors['/text']}
            wide>
            {(ids) => <textarea {...ids} rows={2} value={words} onChange={(e) => setWords(e.target.value)} />}
          </Frame>
        </div>
        <Segments
          label={t.needs.how}
          value={how}
          onChange={setHow}
          options={[
            { value: 'submit', text: t.needs.submitNow },
            { value: 'draft', text: t.needs.asDrafts },
          ]}
        />
        <div className="form-actions">
          <button type="submit" className="button primary" disabled={busy}>
            {how === 'submit' ? t.needs.send : t.needs.saveDrafts}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {t.app.cancel}
          </button>
        </div>
      </form>
    </Box>
  );
}
