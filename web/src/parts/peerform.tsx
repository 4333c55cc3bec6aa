/* Meeting a peer by its card, and changing what is agreed with it. Keys come from the card and never
 * change; who may read what is the clearance. What lets a partner have more than before is a decision,
 * and its grounds are asked for: when it is met, and when the server says that a change does. */
import { useState, type ChangeEvent, type FormEvent } from 'react';
import { patch, post } from '../api.ts';
import { useLang, useText } from '../i18n/index.ts';
import type { Peer } from '../lib/exchange.ts';
import { clearancePatch } from '../lib/clearance.ts';
import { invalidate } from '../lib/query.ts';
import { useGo } from '../lib/router.tsx';
import { useKinds, useSession } from '../lib/session.tsx';
import { toast } from '../lib/toast.ts';
import type { Clearance } from '../lib/types.ts';
import { errorText, Failure } from './common.tsx';
import { errorsOf } from './editor.tsx';
import { Frame, GroupFrame } from './frame.tsx';
import { groundsBody, type GroundsValue } from './grounds.tsx';
import { ClearancePicker } from './label.tsx';
import { PeerGrounds } from './peergrounds.tsx';
import { RefPicker } from './picker.tsx';
import { pluralTitle } from './shell.tsx';

/* None chosen means all: the server's own rule, said in the help. */
function KindBoxes({
  id,
  label,
  help,
  value,
  onChange,
}: {
  id: string;
  label: string;
  help: string;
  value: string[];
  onChange: (v: string[]) => void;
}) {
  const { kinds } = useKinds();
  const lang = useLang();
  return (
    <details className="form-wide kinds-choice" open={value.length > 0}>
      <summary>{value.length ? `${label} (${value.length})` : label}</summary>
      <GroupFrame id={id} label={label} help={help}>
        <div className="checks">
          {kinds.map((k) => (
            <label key={k.name} className="check">
              <input
                type="checkbox"
                checked={value.includes(k.name)}
                onChange={(e) =>
                  onChange(e.target.checked ? [...value, k.name] : value.filter((x) => x !== k.name))
                }
              />
              {pluralTitle(k, lang)}
            </label>
          ))}
        </div>
      </GroupFrame>
    </details>
  );
}

interface CardShown {
  text: string;
  name: string;
  url: string;
  pin: string;
}
/* Only for showing: the server reads the card itself, and checks its signature. */
function readCard(text: string): CardShown {
  const shown = { text, name: '', url: '', pin: '' };
  try {
    const card = JSON.parse(text) as Record<string, unknown>;
    const field = (n: string) => (typeof card[n] === 'string' ? (card[n] as string) : '');
    return { text, name: field('name'), url: field('url'), pin: field('tls_pin') };
  } catch {
    return shown;
  }
}

export function PeerForm({ peer, etag, onDone }: { peer?: Peer; etag?: string; onDone: () => void }) {
  const t = useText();
  const x = t.exchange;
  const goTo = useGo();
  const { policy } = useSession();
  const [card, setCard] = useState<CardShown | null>(null);
  const [name, setName] = useState(peer?.name ?? '');
  const [actor, setActor] = useState(peer?.actor ?? '');
  const [clearance, setClearance] = useState<Clearance>(
    peer?.clearance ?? { class: policy.levels[0]?.name },
  );
  const [url, setUrl] = useState(peer?.url ?? '');
  const [pin, setPin] = useState(peer?.tls_pin ?? '');
  const [anchor, setAnchor] = useState(peer?.trust_anchor ?? '');
  const [revoked, setRevoked] = useState(peer?.revocation_list ?? '');
  const [out, setOut] = useState<string[]>(peer?.kinds_out ?? []);
  const [taken, setTaken] = useState<string[]>(peer?.kinds_in ?? []);
  const [grounds, setGrounds] = useState<GroundsValue | null>(peer ? null : {});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);

  const onFile = async (e: ChangeEvent<HTMLInputElement>) => {
    const file = e.target.files?.[0];
    const read = file ? readCard(await file.text()) : null;
    setCard(read);
    if (!read) return;
    if (read.name) setName(read.name);
    if (read.url) setUrl(read.url);
    if (read.pin) setPin(read.pin);
  };
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (!peer && !card) return setErrors({ '/card': x.cardNeeded });
    const empty = peer ? null : undefined;
    const body = {
      card: peer ? undefined : card?.text,
      name: name || empty,
      actor: actor || empty,
      clearance: clearancePatch(peer?.clearance, clearance),
      url: url || empty,
      tls_pin: pin || empty,
      trust_anchor: anchor || empty,
      revocation_list: revoked || empty,
      kinds_out: out.length ? out : empty,
      kinds_in: taken.length ? taken : empty,
      release: grounds ? groundsBody(grounds) : undefined,
    };
    setBusy(true);
    setFailure('');
    try {
      if (peer) await patch(`/peers/${peer.id}`, body, etag);
      else {
        const { data } = await post<Peer>('/peers', body);
        goTo(`/exchange/${data.id}`, { force: true });
      }
      toast({ text: peer ? x.peerSaved : x.peerMet });
      invalidate();
      onDone();
    } catch (y) {
      const known = errorsOf(y);
      setErrors(known);
      if (Object.keys(known).some((p) => p.startsWith('/release'))) setGrounds((g) => g ?? {});
      const said = errorText(t, y);
      setFailure([said.title, said.detail, ...Object.values(errorsOf(y))].filter(Boolean).join(' '));
    }
    setBusy(false);
  };
  const line = (id: string, label: string, value: string, set: (v: string) => void, help?: string) => (
    <Frame id={'peer-' + id} label={label} help={help} error={errors['/' + id]}>
      {(ids) => <input {...ids} value={value} autoComplete="off" onChange={(e) => set(e.target.value)} />}
    </Frame>
  );
  const pem = (id: string, label: string, value: string, set: (v: string) => void) => (
    <Frame id={'peer-' + id} label={label} error={errors['/' + id]} wide>
      {(ids) => (
        <textarea {...ids} rows={3} className="mono" value={value} onChange={(e) => set(e.target.value)} />
      )}
    </Frame>
  );
  return (
    <form onSubmit={submit} noValidate>
      <Failure text={failure} />
      <div className="form-grid">
        {!peer && (
          <Frame id="peer-card" label={x.theirCard} help={x.theirCardHelp} error={errors['/card']} required wide>
            {(ids) => <input {...ids} type="file" onChange={(e) => void onFile(e)} />}
          </Frame>
        )}
        {line('name', x.peerName, name, setName)}
        <Frame id="peer-actor" label={x.actor} help={x.actorHelp} error={errors['/actor']}>
          {(ids) => <RefPicker ids={ids} label={x.actor} target="actor" value={actor} onChange={setActor} />}
        </Frame>
        <ClearancePicker
          id="peer-clearance"
          title={x.clearance}
          value={clearance}
          onChange={setClearance}
          error={errors['/clearance']}
        />
        <KindBoxes id="peer-out" label={x.kindsOut} help={x.kindsOutHelp} value={out} onChange={setOut} />
        <KindBoxes id="peer-in" label={x.kindsIn} help={x.kindsInHelp} value={taken} onChange={setTaken} />
        {grounds && <PeerGrounds id="peer" value={grounds} onChange={setGrounds} errors={errors} />}
        <details className="form-wide">
          <summary>{x.network}</summary>
          <div className="form-grid">
            {line('url', x.url, url, setUrl, x.urlHelp)}
            {line('tls_pin', x.pin, pin, setPin)}
            {pem('trust_anchor', x.anchor, anchor, setAnchor)}
            {pem('revocation_list', x.revocation, revoked, setRevoked)}
          </div>
        </details>
      </div>
      <div className="form-actions">
        <button type="submit" className="button primary" disabled={busy}>
          {peer ? t.app.save : x.meet}
        </button>
        <button type="button" className="button" onClick={onDone}>
          {t.app.cancel}
        </button>
      </div>
    </form>
  );
}
