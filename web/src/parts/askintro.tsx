/* Asking the first intermediary of a chain for an introduction: a draft, or sent at once. */
import { post } from '../api.ts';
import { useText } from '../i18n/index.ts';
import { wrote } from '../lib/live.ts';
import type { Chain } from '../lib/nurture.ts';
import { useKinds } from '../lib/session.tsx';
import type { Rec } from '../lib/types.ts';
import { AskForm, type Asking } from './asking.tsx';
import { useOptionWords } from './options.tsx';

export function AskIntroduction({ chain, onClose }: { chain: Chain; onClose: () => void }) {
  const t = useText();
  const { path } = useKinds();
  const { name } = useOptionWords();
  const x = t.introductions;
  const send = async (asking: Asking, key: string) => {
    const body = { path: chain.actors, ...asking };
    const { data } = await post<Rec>('/introductions/request', body, undefined, key);
    wrote(data.id, data.version);
    return { said: x.asked, next: path('request', data.id) };
  };
  return (
    <AskForm
      id="intro"
      open
      onClose={onClose}
      texts={{
        title: x.ask,
        due: x.due,
        words: x.text,
        wordsHelp: x.textHelp,
        how: x.how,
        draft: x.draft,
        submit: x.send,
        submitNow: x.sendNow,
        saveDraft: x.saveDraft,
      }}
      lead={<p className="section-lead">{x.askOf(name(chain.actors[1]))}</p>}
      hows={['draft', 'submit']}
      send={send}
    />
  );
}
