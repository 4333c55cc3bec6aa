/* Accepting a week at once: every line that is ticked becomes a planned engagement, one after the
 * other, so that one that is refused keeps none of the others back. */
import { useState } from 'react';
import { post } from '../api.ts';
import { useLang, useText } from '../i18n/index.ts';
import { num } from '../lib/format.ts';
import { wrote } from '../lib/live.ts';
import type { PlanLine, PlanWeek } from '../lib/nurture.ts';
import { invalidate } from '../lib/query.ts';
import { useKinds } from '../lib/session.tsx';
import { toast } from '../lib/toast.ts';
import type { Rec } from '../lib/types.ts';
import { errorText, When } from './common.tsx';
import { Box } from './dialog.tsx';
import { useOptionWords } from './options.tsx';

export function AcceptWeek({
  week,
  onClose,
  onDone,
}: {
  week: PlanWeek;
  onClose: () => void;
  onDone: (engagements: string[]) => void;
}) {
  const t = useText();
  const lang = useLang();
  const { word } = useKinds();
  const { name } = useOptionWords();
  const [lines] = useState(week.lines); /* as they were when asked, whatever is planned anew meanwhile */
  const [left, setLeft] = useState<string[]>([]);
  const [refused, setRefused] = useState<Record<string, string>>({});
  const [done, setDone] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const open = lines.filter((l) => !done.includes(l.relationship));
  const chosen = open.filter((l) => !left.includes(l.relationship));
  const label = (l: PlanLine) => `${word('engagement', 'mode', l.type)} – ${name(l.partner)}`;

  const run = async () => {
    setBusy(true);
    setRefused({});
    const made: string[] = [],
      went: string[] = [];
    const errors: Record<string, string> = {};
    for (const l of chosen) {
      try {
        const { data } = await post<Rec>('/plan/accept', {
          relationship: l.relationship,
          type: l.type,
          on: l.on,
        });
        wrote(data.id, data.version);
        made.push(data.id);
        went.push(l.relationship);
      } catch (x) {
        const said = errorText(t, x);
        errors[l.relationship] = [said.title, said.detail].filter(Boolean).join(' ');
      }
    }
    setDone((all) => [...all, ...went]);
    setRefused(errors);
    setBusy(false);
    onDone(made);
    invalidate();
    if (made.length)
      toast({ text: t.plan.acceptWeekDone(num(lang, made.length), made.length) });
    if (Object.keys(errors).length === 0) onClose();
  };

  return (
    <Box open onClose={onClose} title={t.plan.acceptWeekTitle}>
      <p className="section-lead">{t.plan.acceptWeekLead}</p>
      <ul className="checks">
        {open.map((l) => (
          <li key={l.relationship}>
            <label className="check">
              <input
                type="checkbox"
                checked={!left.includes(l.relationship)}
                onChange={(e) =>
                  setLeft((all) =>
                    e.target.checked ? all.filter((x) => x !== l.relationship) : [...all, l.relationship],
                  )
                }
              />
              <span>
                {label(l)}
                <small>
                  <When at={l.on} />
                </small>
                {refused[l.relationship] && (
                  <small className="field-error" role="alert">
                    {refused[l.relationship]}
                  </small>
                )}
              </span>
            </label>
          </li>
        ))}
      </ul>
      <div className="form-actions">
        <button
          type="button"
          className="button primary"
          disabled={busy || chosen.length === 0}
          onClick={() => void run()}>
          {t.plan.acceptWeekRun(num(lang, chosen.length), chosen.length)}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {t.app.cancel}
        </button>
      </div>
    </Box>
  );
}
