/* What an agreement obliges whom to do, and whether it was done. An outcome that is entered here becomes
 * evidence; it is dated, and may be corrected. */
import { useContext, useState, type FormEvent } from 'react';
import { named, useLang, useText } from '../i18n/index.ts';
import type { Instance, Obligation } from '../lib/agreements.ts';
import { day } from '../lib/format.ts';
import { Link } from '../lib/router.tsx';
import { useKinds, useMay } from '../lib/session.tsx';
import { toast } from '../lib/toast.ts';
import { change } from '../lib/write.ts';
import { errorText, Failure, NowContext, RefLink, RefName, Tag, When } from './common.tsx';
import { Box } from './dialog.tsx';
import { errorsOf } from './editor.tsx';
import { Frame } from './frame.tsx';
import { Icon } from './icons.tsx';
import { Table, useFold } from './table.tsx';
import { WhenInput } from './when.tsx';
import { Whose } from './whose.tsx';

export const INSTANCE_TONE: Record<string, string> = {
  due: 'info',
  upcoming: 'quiet',
  overdue: 'bad',
  fulfilled: 'good',
  late: 'warn',
  waived: 'quiet',
  disputed: 'warn',
  breached: 'bad',
};
const OUTCOMES = ['fulfilled', 'late', 'waived', 'breached'] as const;
type Outcome = (typeof OUTCOMES)[number];
interface Stored {
  on: string;
  due?: string;
  state: string;
  decided_on?: string;
  note?: string;
  [field: string]: unknown;
}

export function useInstanceWord() {
  const t = useText();
  const { word } = useKinds();
  return (state: string) =>
    (t.agreements.instanceStates as Record<string, string>)[state] ??
    word('obligation', 'instances.state', state);
}

/* What is being decided: an occurrence and its outcome, or a new occurrence. */
type Asked = { of: Obligation; at?: Instance; outcome?: Outcome };

function Decide({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const t = useText();
  const lang = useLang();
  const now = useContext(NowContext);
  const { byName } = useKinds();
  const word = useInstanceWord();
  const { of, at, outcome } = asked;
  const [on, setOn] = useState(now.slice(0, 10));
  const [note, setNote] = useState('');
  const [failure, setFailure] = useState('');
  const plural = byName('obligation')?.plural ?? 'obligations';
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    const entry: Stored = at ? { on: at.on, state: outcome as string, decided_on: on } : { on, state: 'due' };
    if (at?.due) entry.due = at.due;
    if (at?.request) entry.request = at.request;
    if (note.trim()) entry.note = note.trim();
    try {
      await change(plural, of.id, (r) => {
        const old = (r.instances as Stored[] | undefined) ?? [];
        const here = old.findIndex((x) => x.on === entry.on);
        return {
          instances: here < 0 ? [...old, entry] : old.map((x, i) => (i === here ? { ...x, ...entry } : x)),
        };
      });
      toast({ text: t.agreements.recorded });
      onClose();
    } catch (x) {
      const said = errorText(t, x);
      setFailure([said.title, said.detail, ...Object.values(errorsOf(x))].filter(Boolean).join(' '));
    }
  };
  const title = at && outcome ? word(outcome) : t.agreements.newOccurrence;
  return (
    <Box open onClose={onClose} title={title}>
      <form onSubmit={submit} noValidate>
        <p className="section-lead">
          {named(lang, of).text || of.text}
          {at && ` – ${t.today.due} ${day(lang, at.due ?? at.on)}`}
        </p>
        <Failure text={failure} />
        <Frame id="decided-on" label={at ? t.agreements.decidedOn : t.agreements.occurredOn} required>
          {(ids) => <WhenInput ids={ids} label={t.agreements.decidedOn} value={on} onChange={setOn} />}
        </Frame>
        <Frame id="decided-note" label={t.records.notes}>
          {(ids) => <textarea {...ids} rows={2} value={note} onChange={(e) => setNote(e.target.value)} />}
        </Frame>
        <div className="form-actions">
          <button type="submit" className="button primary">
            {t.app.save}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {t.app.cancel}
          </button>
        </div>
      </form>
    </Box>
  );
}

const isOpen = (i: Instance) => ['due', 'overdue', 'upcoming', 'disputed'].includes(i.state);

function InstanceRow({
  of,
  i,
  mark,
  onAsk,
}: {
  of: Obligation;
  i: Instance;
  mark: boolean;
  onAsk: (a: Asked) => void;
}) {
  const t = useText();
  const word = useInstanceWord();
  return (
    <tr>
      <th scope="row">
        <When at={i.on} short />
      </th>
      <td>
        <When at={i.due} short />
        {i.grace_until && i.grace_until !== i.due && (
          <span className="row-sub">
            {t.agreements.grace} <When at={i.grace_until} short />
          </span>
        )}
      </td>
      <td>
        <Tag tone={INSTANCE_TONE[i.state]}>{word(i.state)}</Tag>
        {i.decided_on && (
          <span className="row-sub">
            <When at={i.decided_on} short />
          </span>
        )}
      </td>
      {mark && (
        <td className="no-print">
          {isOpen(i) && (
            <div className="card-actions">
              {OUTCOMES.map((o) => (
                <button
                  key={o}
                  type="button"
                  className={'button small' + (o === 'fulfilled' ? ' primary' : '')}
                  onClick={() => onAsk({ of, at: i, outcome: o })}>
                  {word(o)}
                </button>
              ))}
            </div>
          )}
        </td>
      )}
    </tr>
  );
}

/* What is open or decided, and the next to come; the others on demand. */
function useNear(all: Instance[]) {
  const coming = all.filter((i) => i.state === 'upcoming');
  const near = all.filter((i) => i.state !== 'upcoming');
  return useFold([...near, ...coming], near.length + 1);
}

function One({ o, onAsk }: { o: Obligation; onAsk: (a: Asked) => void }) {
  const t = useText();
  const { word, path } = useKinds();
  const write = useMay('write') && !o.theirs;
  const lang = useLang();
  const { shown, control } = useNear(o.instances);
  const mark = write && shown.some(isOpen);
  const facts = [
    word('obligation', 'act', o.act),
    word('obligation', 'trigger', o.trigger),
    o.stakes && o.stakes !== 'routine' ? t.stakes[o.stakes as 'critical'] : '',
    o.survives ? t.agreements.survives : '',
  ].filter(Boolean);
  return (
    <li className={'obligation' + (o.alive === false ? ' former' : '')}>
      <div className="obligation-head">
        <div>
          <Link to={path('obligation', o.id)} className="row-link">
            {named(lang, o).text || o.text}
          </Link>{' '}
          <Whose of={o} />{' '}
          {o.alive === false && <Tag tone="quiet">{t.agreements.notAlive}</Tag>}
          <span className="row-sub">
            {t.agreements.towards} <RefName id={o.beneficiary} /> · {facts.join(' · ')}
          </span>
        </div>
        {write && (o.trigger === 'request' || o.trigger === 'event') && (
          <button type="button" className="button small no-print" onClick={() => onAsk({ of: o })}>
            <Icon name="plus" size={14} />
            {t.agreements.newOccurrence}
          </button>
        )}
      </div>
      {o.unreadable_rule && <p className="note note-warn">{t.agreements.ruleUnread}</p>}
      {o.instances.length === 0 ? (
        <p className="none">{t.agreements.instancesNone}</p>
      ) : (
        <Table label={named(lang, o).text} className="table slim">
          <thead>
            <tr>
              <th scope="col">{t.agreements.occurrence}</th>
              <th scope="col">{t.today.due}</th>
              <th scope="col">{t.needs.state}</th>
              {mark && (
                <th scope="col" className="no-print">
                  {t.agreements.mark}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {shown.map((i) => (
              <InstanceRow key={i.on} of={o} i={i} mark={mark} onAsk={onAsk} />
            ))}
          </tbody>
        </Table>
      )}
      {control}
    </li>
  );
}

/* By who owes, so that each party can be shown its own. */
export function Obligations({ items }: { items: Obligation[] }) {
  const t = useText();
  const [asked, setAsked] = useState<Asked | null>(null);
  const obligors = [...new Set(items.map((o) => o.obligor))];
  if (items.length === 0) return <p className="none">{t.agreements.obligationsNone}</p>;
  return (
    <>
      {obligors.map((who) => (
        <section key={who} className="obligor" aria-labelledby={'obligor-' + who}>
          <h3 id={'obligor-' + who}>
            <RefLink id={who} /> <span className="muted">{t.agreements.owes}</span>
          </h3>
          <ul>
            {items
              .filter((o) => o.obligor === who)
              .map((o) => (
                <One key={o.id} o={o} onAsk={setAsked} />
              ))}
          </ul>
        </section>
      ))}
      {asked && <Decide asked={asked} onClose={() => setAsked(null)} />}
    </>
  );
}
