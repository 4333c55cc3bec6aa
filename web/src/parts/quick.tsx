/* Entering a contact and what was promised, in under a minute. The draft lives outside the page: it
 * survives closing, errors and navigation until it is saved or discarded. */
import { useState } from 'react';
import { ApiError, post } from '../api.ts';
import { useLang, useText } from '../i18n/index.ts';
import { isoDay, readWhen } from '../lib/format.ts';
import { wrote } from '../lib/live.ts';
import { useGo } from '../lib/router.tsx';
import { useKinds, useSession } from '../lib/session.tsx';
import { attempt } from '../lib/title.ts';
import { toast } from '../lib/toast.ts';
import type { Rec } from '../lib/types.ts';
import { errorText, Failure } from './common.tsx';
import { Box } from './dialog.tsx';
import {
  blankPromise,
  change,
  closeQuick,
  discardQuick,
  draftNow,
  useQuick,
  type Draft,
  type PromiseDraft,
} from './draft.ts';
import { errorsOf } from './editor.tsx';
import { Segments } from './explain.tsx';
import { Frame } from './frame.tsx';
import { Icon } from './icons.tsx';
import { LabelPicker } from './label.tsx';
import { RefPicker, RefsPicker, useName } from './picker.tsx';
import { WhenInput } from './when.tsx';

function PromiseFields({
  p,
  i,
  error,
  dueError,
}: {
  p: PromiseDraft;
  i: number;
  error?: string;
  dueError?: string;
}) {
  const t = useText();
  const update = (part: Partial<PromiseDraft>) =>
    change({ promises: draftNow().promises.map((x) => (x.key === p.key ? { ...x, ...part } : x)) });
  return (
    <div className="quick-promise" role="group" aria-label={`${t.quick.promise} ${i + 1}`}>
      <Segments
        label={`${t.quick.who} (${i + 1})`}
        hideLabel
        value={p.by}
        onChange={(by) => update({ by })}
        options={[
          { value: 'them', text: t.quick.them },
          { value: 'us', text: t.quick.us },
        ]}
      />
      <button
        type="button"
        className="icon-button quick-remove"
        aria-label={t.quick.removePromise(String(i + 1))}
        disabled={p.saved}
        onClick={() => change({ promises: draftNow().promises.filter((x) => x.key !== p.key) })}>
        <Icon name="close" />
      </button>
      <Frame id={`quick-text-${p.key}`} label={t.quick.text} error={error} required wide>
        {(ids) => (
          <input
            {...ids}
            value={p.text}
            disabled={p.saved}
            autoFocus={!p.text}
            onChange={(e) => update({ text: e.target.value })}
            autoComplete="off"
          />
        )}
      </Frame>
      <Frame id={`quick-due-${p.key}`} label={t.quick.due} error={dueError}>
        {(ids) => (
          <WhenInput ids={ids} label={t.quick.due} value={p.due} onChange={(due) => update({ due })} />
        )}
      </Frame>
      <Frame id={`quick-stakes-${p.key}`} label={t.quick.stakes}>
        {(ids) => (
          <select
            {...ids}
            value={p.stakes}
            disabled={p.saved}
            onChange={(e) => update({ stakes: e.target.value })}>
            {(['routine', 'significant', 'critical'] as const).map((s) => (
              <option key={s} value={s}>
                {t.stakes[s]}
              </option>
            ))}
          </select>
        )}
      </Frame>
    </div>
  );
}

export function QuickEntry() {
  const { open, draft } = useQuick();
  const t = useText();
  return (
    <Box open={open} onClose={closeQuick} title={t.quick.title} wide>
      {open && <QuickForm draft={draft} />}
    </Box>
  );
}

function QuickForm({ draft }: { draft: Draft }) {
  const t = useText();
  const lang = useLang();
  const goTo = useGo();
  const { me, policy } = useSession();
  const { choices, word } = useKinds();
  const name = useName();
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const modes = choices('engagement', 'mode');
  const title =
    draft.title ||
    (draft.partner && name(draft.partner)
      ? t.quick.titleDefault(word('engagement', 'mode', draft.mode), name(draft.partner))
      : '');
  const home = me.home?.id;
  const label = draft.label ?? policy.default;

  const check = () => {
    const found: Record<string, string> = {};
    if (!draft.partner) found['/participants'] = t.quick.needPartner;
    if (!readWhen(draft.when)) found['/when'] = t.form.whenBad;
    for (const p of draft.promises) {
      if (!p.text.trim()) found[p.key] = t.quick.needText;
      if (readWhen(p.due) === null) found[p.key + 'due'] = t.form.whenBad;
    }
    setErrors(found);
    return Object.keys(found).length === 0;
  };

  const savePromises = async (engagement: Rec, on: string) => {
    for (const p of draftNow().promises) {
      if (p.saved) continue;
      const body = {
        from: p.by === 'us' ? home : draft.partner,
        to: p.by === 'us' ? draft.partner : home,
        text: p.text.trim(),
        due: readWhen(p.due) || undefined,
        stakes: p.stakes,
        state: 'open',
        made_on: on.slice(0, 10),
        born_of: engagement.id,
        label,
      };
      try {
        const { data } = await post<Rec>('/commitments', body, undefined, p.key);
        wrote(data.id, data.version);
      } catch (x) {
        const known = errorsOf(x);
        setErrors({
          [p.key]: known['/text'] ?? Object.values(known)[0] ?? errorText(t, x).title,
          ...(known['/due'] ? { [p.key + 'due']: known['/due'] } : {}),
        });
        throw x;
      }
      change({ promises: draftNow().promises.map((x) => (x.key === p.key ? { ...x, saved: true } : x)) });
    }
  };

  const save = async () => {
    if (busy || !check()) return;
    setBusy(true);
    setFailure('');
    const on = readWhen(draft.when) as string;
    let engagement = draft.engagement;
    try {
      if (!engagement) {
        const actors = [...new Set([home, draft.partner, ...draft.others].filter(Boolean))];
        const body = {
          title,
          when: on,
          mode: draft.mode,
          status: on.slice(0, 10) > isoDay(new Date()) ? 'planned' : 'held',
          participants: actors.map((actor) => ({ actor })),
          summary: draft.summary.trim() || undefined,
          outcome: draft.outcome || undefined,
          label,
        };
        engagement = (await post<Rec>('/engagements', body, undefined, draft.key)).data;
        change({ engagement });
        wrote(engagement.id, engagement.version);
      }
      await savePromises(engagement, on);
      const id = engagement.id;
      discardQuick();
      toast({
        text: t.quick.saved,
        action: { label: t.quick.view, run: () => goTo(`/records/engagements/${id}`) },
      });
      return;
    } catch (x) {
      if (engagement) setFailure(t.quick.partly);
      else {
        const known = errorsOf(x);
        setErrors(known);
        const said = errorText(t, x);
        setFailure(
          [
            t.records.failed,
            said.title,
            said.detail,
            ...Object.entries(known)
              .filter(([p]) => !['/title', '/when', '/summary', '/participants'].includes(p))
              .map(([, v]) => v),
          ]
            .filter(Boolean)
            .join(' '),
        );
        /* Only when no answer came may the same attempt be sent again under the same name. */
        if (x instanceof ApiError && x.status !== 0) change({ key: attempt() });
      }
      setBusy(false);
    }
  };

  return (
    <form
      className="quick"
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void save();
      }}
      onKeyDown={(e) => {
        if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
          e.preventDefault();
          (document.activeElement as HTMLElement | null)?.blur();
          setTimeout(() => void save());
        }
      }}>
      <Failure text={failure} />
      <fieldset className="quick-grid" disabled={Boolean(draft.engagement)}>
        <legend className="sr">{t.quick.lead}</legend>
        <div className="quick-partner">
          <Frame id="quick-partner" label={t.quick.partner} error={errors['/participants']} required>
            {(ids) => (
              <RefPicker
                ids={ids}
                label={t.quick.partner}
                target="actor"
                value={draft.partner}
                autoFocus={!draft.partner}
                exclude={home ? [home] : []}
                onChange={(partner) => change({ partner })}
              />
            )}
          </Frame>
        </div>
        <Frame id="quick-when" label={t.quick.when} error={errors['/when']} required>
          {(ids) => (
            <WhenInput
              ids={ids}
              label={t.quick.when}
              value={draft.when}
              onChange={(v) => change({ when: v })}
            />
          )}
        </Frame>
        <Frame id="quick-mode" label={t.quick.mode}>
          {(ids) => (
            <select {...ids} value={draft.mode} onChange={(e) => change({ mode: e.target.value })}>
              {modes.map((m) => (
                <option key={m.value} value={m.value}>
                  {m.text}
                </option>
              ))}
            </select>
          )}
        </Frame>
        <Frame id="quick-title" label={t.quick.subject} error={errors['/title']} wide>
          {(ids) => (
            <input
              {...ids}
              value={draft.title}
              placeholder={title}
              onChange={(e) => change({ title: e.target.value })}
              autoComplete="off"
            />
          )}
        </Frame>
        <Frame id="quick-summary" label={t.quick.summary} error={errors['/summary']} wide>
          {(ids) => (
            <textarea
              {...ids}
              rows={2}
              lang={lang}
              value={draft.summary}
              onChange={(e) => change({ summary: e.target.value })}
            />
          )}
        </Frame>
        <Segments
          label={t.quick.outcome}
          value={draft.outcome}
          onChange={(outcome) => change({ outcome })}
          options={[
            { value: '', text: t.app.unset },
            ...(['positive', 'neutral', 'negative'] as const).map((o) => ({
              value: o as string,
              text: t.quick.outcomes[o],
            })),
          ]}
        />
        <div className="quick-others">
          <Frame id="quick-others" label={t.quick.participants}>
            {(ids) => (
              <RefsPicker
                ids={ids}
                label={t.quick.participants}
                target="actor"
                value={draft.others}
                exclude={[draft.partner, home ?? '']}
                onChange={(others) => change({ others })}
              />
            )}
          </Frame>
        </div>
      </fieldset>
      <h3 className="sub">{t.quick.promises}</h3>
      {draft.promises.map((p, i) => (
        <PromiseFields key={p.key} p={p} i={i} error={errors[p.key]} dueError={errors[p.key + 'due']} />
      ))}
      <p>
        <button
          type="button"
          className="button small"
          onClick={() => change({ promises: [...draft.promises, blankPromise()] })}>
          <Icon name="plus" size={14} />
          {t.quick.addPromise}
        </button>
      </p>
      <details className="quick-more">
        <summary>{t.quick.label}</summary>
        <LabelPicker
          id="quick-label"
          value={label ?? {}}
          onChange={(l) => change({ label: l })}
          error={errors['/label']}
          fresh
        />
      </details>
      <div className="form-actions">
        <button type="submit" className="button primary" disabled={busy}>
          {busy ? t.quick.saving : t.quick.save}
        </button>
        <button type="button" className="link-button" onClick={() => discardQuick()}>
          {t.quick.discard}
        </button>
        <span className="muted small-text">
          {t.quick.whoHelp}. {t.quick.kept}
        </span>
      </div>
    </form>
  );
}
