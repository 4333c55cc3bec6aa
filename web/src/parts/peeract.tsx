/* What is done with one peer: confirming it by what it reads out, sending by file or network, and
 * suspending or ending it. */
import { useState, type FormEvent } from 'react';
import { callFile, patch, post } from '../api.ts';
import { useLang, useText } from '../i18n/index.ts';
import { fileName, save, type Carried, type Peer } from '../lib/exchange.ts';
import { num } from '../lib/format.ts';
import { invalidate } from '../lib/query.ts';
import { toast } from '../lib/toast.ts';
import { errorLine, Failure } from './common.tsx';
import { Box } from './dialog.tsx';
import { errorsOf } from './editor.tsx';
import { Frame } from './frame.tsx';
import { groundsBody, type GroundsValue } from './grounds.tsx';
import { Icon } from './icons.tsx';
import { PeerGrounds } from './peergrounds.tsx';
import { useCountsText } from './takebundle.tsx';

export function Confirm({ peer }: { peer: Peer }) {
  const t = useText();
  const x = t.exchange;
  const [error, setError] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  /* What was suspended is sent to again: a decision. */
  const again = peer.state === 'suspended' && peer.clearance !== undefined;
  const [grounds, setGrounds] = useState<GroundsValue>({});
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const fingerprint = String(new FormData(e.currentTarget).get('fingerprint') ?? '').trim();
    if (!fingerprint) return setError(x.confirmNeeded);
    setError('');
    setErrors({});
    try {
      await post(`/peers/${peer.id}/confirm`, {
        fingerprint,
        ...(again ? { release: groundsBody(grounds) } : {}),
      });
      toast({ text: x.confirmed });
      invalidate();
    } catch (y) {
      const known = errorsOf(y);
      setErrors(known);
      setError(known['/fingerprint'] ? x.confirmWrong : errorLine(t, y));
    }
  };
  return (
    <form onSubmit={submit} noValidate className="confirm">
      <p className="section-lead">{x.confirmLead}</p>
      <Frame id="confirm-fingerprint" label={x.readOut} help={x.readOutHelp} error={error} required>
        {(ids) => (
          <input
            {...ids}
            name="fingerprint"
            className="mono"
            inputMode="numeric"
            autoComplete="off"
            spellCheck={false}
          />
        )}
      </Frame>
      {again && <PeerGrounds id="confirm" value={grounds} onChange={setGrounds} errors={errors} />}
      <div role="alert" className="sr">
        {error}
      </div>
      <div className="page-actions">
        <button type="submit" className="button primary">
          <Icon name="check" />
          {x.confirm}
        </button>
      </div>
    </form>
  );
}

function CarriedText({ c, pulled }: { c: Carried; pulled: boolean }) {
  const t = useText();
  const lang = useLang();
  const x = t.exchange;
  const counts = useCountsText();
  if (c.nothing || !c.result)
    return (
      <p className="note" role="status">
        {pulled ? x.pullNothing : x.pushNothing}
      </p>
    );
  const fine = c.result.outcome === 'taken';
  return (
    <div className={'note note-' + (fine ? 'good' : 'warn')} role="status">
      <p>
        <strong>{(pulled ? x.pulled : x.pushed)(num(lang, c.result.number))}</strong> {counts(c.result)}
        {c.acknowledged === false && <> {x.unacknowledged}</>}
      </p>
      {c.result.refusals.length > 0 && (
        <ul>
          {c.result.refusals.slice(0, 20).map((r) => (
            <li key={r.record}>
              <span className="mono">{r.record}</span>: {r.text}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/* By file or by network: what goes is the same. */
export function Send({ peer, number, nothing }: { peer: Peer; number?: number; nothing: boolean }) {
  const t = useText();
  const x = t.exchange;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const [carried, setCarried] = useState<{ of: Carried; pulled: boolean } | null>(null);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setFailure('');
    setCarried(null);
    try {
      await work();
      invalidate();
    } catch (y) {
      setFailure(errorLine(t, y));
    }
    setBusy(false);
  };
  const make = () =>
    run(async () => {
      save(await callFile('POST', `/peers/${peer.id}/bundles`), `${fileName(peer.name)}-${number ?? 1}.bundle`);
      toast({ text: x.made });
    });
  const carry = (way: 'push' | 'pull') =>
    run(async () => {
      const { data } = await post<Carried>(`/peers/${peer.id}/${way}`);
      setCarried({ of: data, pulled: way === 'pull' });
    });
  return (
    <div className="send no-print">
      <div className="page-actions">
        <button type="button" className="button primary" disabled={busy || nothing} onClick={() => void make()}>
          <Icon name="export" />
          {x.make}
        </button>
        {peer.url && (
          <>
            <button type="button" className="button" disabled={busy} onClick={() => void carry('push')}>
              {x.push}
            </button>
            <button type="button" className="button" disabled={busy} onClick={() => void carry('pull')}>
              {x.pull}
            </button>
          </>
        )}
        {busy && <span role="status">{x.working}</span>}
      </div>
      <Failure text={failure} />
      {carried && <CarriedText c={carried.of} pulled={carried.pulled} />}
    </div>
  );
}

/* Suspended may be confirmed again; ended is for good, so it is asked twice. */
export function Standing({ peer, etag }: { peer: Peer; etag: string }) {
  const t = useText();
  const x = t.exchange;
  const [ending, setEnding] = useState(false);
  const set = async (state: 'suspended' | 'ended') => {
    try {
      await patch(`/peers/${peer.id}`, { state }, etag);
      toast({ text: x.peerSaved });
      invalidate();
    } catch (y) {
      toast({ text: errorLine(t, y) });
    }
    setEnding(false);
  };
  if (peer.state === 'ended') return null;
  return (
    <>
      {peer.state === 'confirmed' && (
        <button type="button" className="button" onClick={() => void set('suspended')}>
          {x.suspend}
        </button>
      )}
      <button type="button" className="button danger" onClick={() => setEnding(true)}>
        {x.end}
      </button>
      <Box open={ending} onClose={() => setEnding(false)} title={x.endTitle(peer.name)}>
        <p>{x.endLead}</p>
        <div className="form-actions">
          <button type="button" className="button danger" onClick={() => void set('ended')}>
            {x.end}
          </button>
          <button type="button" className="button" onClick={() => setEnding(false)}>
            {t.app.cancel}
          </button>
        </div>
      </Box>
    </>
  );
}
