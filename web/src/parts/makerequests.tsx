/* From an option to its requests: one for each partner, as drafts or sent at once. Asking twice for the
 * same makes nothing new. */
import { useState } from 'react';
import { post } from '../api.ts';
import { useLang, useText } from '../i18n/index.ts';
import { isoDay, num } from '../lib/format.ts';
import type { Need, OptionPage } from '../lib/needs.ts';
import { useKinds } from '../lib/session.tsx';
import { AskForm, type Asking } from './asking.tsx';
import { RefName } from './common.tsx';
import { Frame } from './frame.tsx';

const ANSWER_IN_DAYS = 3;

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
  const { choices } = useKinds();
  const [stakes, setStakes] = useState('significant');
  const others = option.members.filter((m) => !m.own);
  const send = async (asking: Asking, key: string) => {
    const to = `/needs/${need.id}/options/${option.key}/requests`;
    const { data } = await post<{ requests: string[] }>(to, { stakes, ...asking }, undefined, key);
    const made = data.requests.length;
    return { said: t.needs.requestsMade(num(lang, made), made), next: `/requests?need=${need.id}` };
  };
  return (
    <AskForm
      id="ask"
      open={open}
      onClose={onClose}
      texts={{
        title: t.needs.makeRequests,
        due: t.requests.responseDue,
        words: t.needs.askText,
        wordsHelp: t.needs.askTextHelp,
        how: t.needs.how,
        submit: t.needs.submitNow,
        draft: t.needs.asDrafts,
        submitNow: t.needs.send,
        saveDraft: t.needs.saveDrafts,
      }}
      lead={
        <>
          <p className="section-lead">{t.needs.makeLead}</p>
          <ul className="chips ask-whom">
            {others.map((m, i) => (
              <li key={i}>
                <RefName id={m.actor} />
              </li>
            ))}
          </ul>
        </>
      }
      startDue={inDays(ANSWER_IN_DAYS)}
      hows={['submit', 'draft']}
      more={(errors) => (
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
      )}
      send={send}
    />
  );
}
