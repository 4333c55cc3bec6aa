/* Taking a bundle: it is looked into first, in the server's words, and taken only when the reader says
 * so; the receipt is then saved for the sender. And taking in a receipt for what was sent. */
import { useRef, useState, type ChangeEvent } from 'react';
import { call } from '../api.ts';
import { named, useLang, useText } from '../i18n/index.ts';
import { fromBase64, save, says, type Counts, type Receipted, type Taken } from '../lib/exchange.ts';
import { num } from '../lib/format.ts';
import { useMarking } from '../lib/markings.ts';
import { invalidate } from '../lib/query.ts';
import { Link } from '../lib/router.tsx';
import { useKinds } from '../lib/session.tsx';
import { errorLine, Failure, MarkingTag, Section, When } from './common.tsx';
import { Frame } from './frame.tsx';
import { Icon } from './icons.tsx';
import { Table, useFold } from './table.tsx';

const BUNDLE = 'application/vnd.entente.bundle';
const RECEIPT = 'application/vnd.entente.receipt+json';

/* What a bundle does, in words: only what it does at all. */
export function useCountsText() {
  const t = useText();
  const lang = useLang();
  return (c: Counts | null | undefined) => {
    if (!c) return '';
    const parts = (['put', 'retract', 'redact', 'withdraw', 'unchanged', 'refused'] as const)
      .filter((k) => c[k])
      .map((k) => t.exchange.counts[k](num(lang, c[k] ?? 0), c[k] ?? 0));
    return parts.length ? parts.join(', ') : t.exchange.nothing;
  };
}

function Refusals({ taken }: { taken: Taken }) {
  const t = useText();
  const lang = useLang();
  const { shown, control } = useFold(taken.refusals, 10);
  if (taken.refusals.length === 0) return null;
  return (
    <>
      <h3 className="sub">{t.exchange.refusals}</h3>
      <Table label={t.exchange.refusals} className="table slim">
        <thead>
          <tr>
            <th scope="col">{t.records.record}</th>
            <th scope="col">{t.records.reason}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((r) => (
            <tr key={r.statement}>
              <th scope="row" className="mono">
                {r.record}
              </th>
              <td>{says(lang, r)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {control}
    </>
  );
}

function Changes({ taken, done }: { taken: Taken; done: boolean }) {
  const t = useText();
  const lang = useLang();
  const { title, path } = useKinds();
  const { shown, control } = useFold(taken.changes, 12);
  const name = (c: Taken['changes'][number]) => named(lang, c).text || c.record;
  if (taken.changes.length === 0) return null;
  return (
    <>
      <h3 className="sub">{done ? t.exchange.changed : t.exchange.wouldChange}</h3>
      <Table label={done ? t.exchange.changed : t.exchange.wouldChange} className="table slim">
        <thead>
          <tr>
            <th scope="col">{t.records.record}</th>
            <th scope="col">{t.exchange.kind}</th>
            <th scope="col">{t.exchange.operation}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((c) => (
            <tr key={c.record}>
              <th scope="row">
                {done ? <Link to={path(c.kind, c.record)}>{name(c)}</Link> : name(c)}
              </th>
              <td>{title(c.kind)}</td>
              <td>{c.operation === 'put' && c.new ? t.exchange.isNew : t.exchange.operations[c.operation]}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {control}
    </>
  );
}

const TONES: Record<string, string> = { taken: 'good', old: 'info', gap: 'warn' };

function Outcome({ taken, done }: { taken: Taken; done: boolean }) {
  const t = useText();
  const lang = useLang();
  const counts = useCountsText();
  useMarking(taken.marking);
  const x = t.exchange;
  return (
    <div className="outcome" role="status">
      <p className={'note note-' + (TONES[taken.outcome] ?? 'bad')}>
        <strong>{done ? x.outcomeDone[taken.outcome] ?? says(lang, taken) : x.outcomes[taken.outcome] ?? says(lang, taken)}</strong>
      </p>
      {taken.number !== undefined && (
        <dl className="facts">
          <div>
            <dt>{x.from}</dt>
            <dd>{taken.peer ? <Link to={`/exchange/${taken.peer}`}>{taken.peer_name}</Link> : t.app.unknown}</dd>
          </div>
          <div>
            <dt>{x.bundle}</dt>
            <dd>{x.numberOver(num(lang, taken.number), num(lang, taken.base ?? 0))}</dd>
          </div>
          <div>
            <dt>{x.madeAt}</dt>
            <dd>
              <When at={taken.made_at} />
            </dd>
          </div>
          <div>
            <dt>{x.does}</dt>
            <dd>{counts(taken.counts)}</dd>
          </div>
          <div>
            <dt>{t.app.marking}</dt>
            <dd>
              <MarkingTag value={taken.marking} />
            </dd>
          </div>
        </dl>
      )}
      {taken.more && <p className="note">{x.moreToCome}</p>}
      {taken.same_policy === false && <p className="note note-warn">{x.otherPolicy}</p>}
      <Changes taken={taken} done={done} />
      <Refusals taken={taken} />
    </div>
  );
}

export function TakeBundle() {
  const t = useText();
  const x = t.exchange;
  const [file, setFile] = useState<File | null>(null);
  const [seen, setSeen] = useState<Taken | null>(null);
  const [done, setDone] = useState<Taken | null>(null);
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const turn = useRef(0);
  const ask = async (of: File, what: 'inspect' | 'import', set: (v: Taken) => void) => {
    const own = ++turn.current;
    setBusy(true);
    setFailure('');
    try {
      const { data } = await call<Taken>('POST', `/exchange/${what}`, { file: of, type: BUNDLE });
      if (own !== turn.current) return;
      set(data);
      if (what === 'import') invalidate();
    } catch (y) {
      if (own === turn.current) setFailure(errorLine(t, y));
    }
    setBusy(false);
  };
  const onFile = (e: ChangeEvent<HTMLInputElement>) => {
    const f = e.target.files?.[0] ?? null;
    setFile(f);
    setSeen(null);
    setDone(null);
    setFailure('');
    if (f) void ask(f, 'inspect', setSeen);
  };
  const shown = done ?? seen;
  const receipt = done?.receipt;
  return (
    <Section id="take" title={x.take} className="card no-print">
      <p className="section-lead">{x.takeLead}</p>
      <Frame id="take-file" label={x.bundleFile}>
        {(ids) => <input {...ids} type="file" onChange={onFile} />}
      </Frame>
      {busy && <p role="status">{t.app.loading}</p>}
      <Failure text={failure} />
      {shown && <Outcome taken={shown} done={done !== null} />}
      {file && seen && !done && ['taken', 'old', 'gap'].includes(seen.outcome) && (
        <div className="page-actions">
          <button
            type="button"
            className="button primary"
            disabled={busy}
            onClick={() => void ask(file, 'import', setDone)}>
            <Icon name="imports" />
            {seen.outcome === 'taken' ? x.takeIt : x.answerIt}
          </button>
        </div>
      )}
      {receipt && file && (
        <div className="page-actions">
          <button
            type="button"
            className="button primary"
            onClick={() => save(fromBase64(receipt), file.name + '.receipt')}>
            <Icon name="export" />
            {x.saveReceipt}
          </button>
          <span className="muted">{x.saveReceiptHelp}</span>
        </div>
      )}
    </Section>
  );
}

export function TakeReceipt() {
  const t = useText();
  const lang = useLang();
  const x = t.exchange;
  const counts = useCountsText();
  const [said, setSaid] = useState<Receipted | null>(null);
  const [failure, setFailure] = useState('');
  const onFile = async (e: ChangeEvent<HTMLInputElement>) => {
    const file = e.target.files?.[0];
    setSaid(null);
    setFailure('');
    if (!file) return;
    try {
      const { data } = await call<Receipted>('POST', '/exchange/receipts', { file, type: RECEIPT });
      setSaid(data);
      invalidate();
    } catch (y) {
      setFailure(errorLine(t, y));
    }
  };
  return (
    <Section id="receipt" title={x.takeReceipt} className="card no-print">
      <p className="section-lead">{x.takeReceiptLead}</p>
      <Frame id="receipt-file" label={x.receiptFile}>
        {(ids) => <input {...ids} type="file" onChange={(e) => void onFile(e)} />}
      </Frame>
      <Failure text={failure} />
      {said && (
        <p className={'note note-' + (said.outcome === 'taken' ? 'good' : 'warn')} role="status">
          <strong>{x.receiptSays[said.outcome](num(lang, said.number))}</strong> {counts(said.counts)}
          {said.more && ' ' + x.moreToSendNow}
        </p>
      )}
    </Section>
  );
}

