/* Accepting a line of the plan: the day and, if wished, a title and a place; the answer is a planned
 * engagement. */
import { useState, type FormEvent } from 'react';
import { post } from '../api.ts';
import { useText } from '../i18n/index.ts';
import type { PlanLine } from '../lib/nurture.ts';
import { invalidate } from '../lib/query.ts';
import { wrote } from '../lib/live.ts';
import { useGo } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import { toast } from '../lib/toast.ts';
import type { Rec } from '../lib/types.ts';
import { errorText, Failure } from './common.tsx';
import { Box } from './dialog.tsx';
import { errorsOf } from './editor.tsx';
import { Frame } from './frame.tsx';
import { useOptionWords } from './options.tsx';
import { WhenInput } from './when.tsx';

export function Accept({
  line,
  onClose,
  onDone,
}: {
  line: PlanLine;
  onClose: () => void;
  onDone: (engagement: string) => void;
}) {
  const t = useText();
  const goTo = useGo();
  const { word, path } = useKinds();
  const { name } = useOptionWords();
  const [on, setOn] = useState(line.on);
  const [title, setTitle] = useState('');
  const [place, setPlace] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setErrors({});
    setFailure('');
    try {
      const { data } = await post<Rec>('/plan/accept', {
        relationship: line.relationship,
        type: line.type,
        on,
        ...(title.trim() ? { title: title.trim() } : {}),
        ...(place.trim() ? { place: place.trim() } : {}),
      });
      wrote(data.id, data.version);
      onDone(data.id);
      invalidate();
      onClose();
      toast({
        text: t.plan.acceptDone,
        action: { label: t.plan.open, run: () => goTo(path('engagement', data.id)) },
      });
    } catch (x) {
      const known = errorsOf(x);
      setErrors(known);
      const said = errorText(t, x);
      if (!known['/on'] && !known['/title'] && !known['/place'])
        setFailure([said.title, said.detail, ...Object.values(known)].filter(Boolean).join(' '));
      setBusy(false);
    }
  };

  const form = word('engagement', 'mode', line.type);
  return (
    <Box open onClose={onClose} title={t.plan.acceptTitle}>
      <form onSubmit={submit} noValidate>
        <p className="section-lead">{t.plan.acceptLead(form, name(line.partner))}</p>
        <Failure text={failure} />
        <div className="form-grid">
          <Frame id="accept-on" label={t.plan.acceptDay} error={errors['/on']} required>
            {(ids) => <WhenInput ids={ids} label={t.plan.acceptDay} value={on} onChange={setOn} />}
          </Frame>
          <Frame id="accept-place" label={t.plan.place} error={errors['/place']}>
            {(ids) => <input {...ids} value={place} onChange={(e) => setPlace(e.target.value)} />}
          </Frame>
          <Frame id="accept-title" label={t.plan.name} help={t.plan.nameHelp} error={errors['/title']} wide>
            {(ids) => <input {...ids} value={title} onChange={(e) => setTitle(e.target.value)} />}
          </Frame>
        </div>
        <div className="form-actions">
          <button type="submit" className="button primary" disabled={busy}>
            {t.plan.accept}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {t.app.cancel}
          </button>
        </div>
      </form>
    </Box>
  );
}
