/* Whose a record is, wherever it stands in a list: a few words beside what another instance states, and
 * nothing beside our own. What a partner thinks of somebody is a report, never our own judgement. */
import { useText } from '../i18n/index.ts';
import type { Foreign } from '../lib/types.ts';

/* The name of its originator, or that it is another instance, for those who may not know the peers. */
export function useWhose() {
  const t = useText();
  return (of: Foreign, report = false) => {
    const x = t.foreign;
    if (of.origin_name) return report ? x.reportedBy(of.origin_name) : x.by(of.origin_name);
    const short = (of.origin ?? '').slice(-6);
    return report ? x.reportedByAnother(short) : x.byAnother(short);
  };
}

/* Kinds that say what somebody thinks of another. */
export const isOpinion = (kind: string | undefined) => kind === 'assessment';

/* Of a record without its kind in it, a list says whether it is one of opinions. */
export function Whose({ of, report }: { of: Foreign & { kind?: string }; report?: boolean }) {
  const text = useWhose();
  if (!of.theirs) return null;
  return <span className="tag whose">{text(of, report ?? isOpinion(of.kind))}</span>;
}
