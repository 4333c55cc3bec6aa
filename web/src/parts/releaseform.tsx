/* Proposing that more may read, deciding on it and taking it back. A decision says on whose authority,
 * why and until when; the server writes it together with the label that it changes. */
import { useState, type FormEvent } from 'react';
import { post } from '../api.ts';
import { useText } from '../i18n/index.ts';
import type { AnyRelease, Peers, Release } from '../lib/exchange.ts';
import { wrote } from '../lib/live.ts';
import { useQuery } from '../lib/query.ts';
import { useMay, useSession } from '../lib/session.tsx';
import { toast } from '../lib/toast.ts';
import type { Label, Rec } from '../lib/types.ts';
import { errorText, Failure } from './common.tsx';
import { Box } from './dialog.tsx';
import { errorsOf } from './editor.tsx';
import { Frame, GroupFrame } from './frame.tsx';
import { LabelPicker } from './label.tsx';
import { Grounds, groundsBody, type GroundsValue } from './grounds.tsx';

function useSending(onDone: () => void, said: string) {
  const t = useText();
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const send = async (path: string, body: unknown) => {
    setBusy(true);
    setFailure('');
    try {
      const { data } = await post<Rec>(path, body);
      wrote(data.id, data.version);
      toast({ text: said });
      onDone();
    } catch (x) {
      const known = errorsOf(x);
      setErrors(known);
      const text = errorText(t, x);
      setFailure([text.title, text.detail, ...Object.values(known)].filter(Boolean).join(' '));
    }
    setBusy(false);
  };
  return { errors, failure, busy, send };
}

function Actions({ busy, submit, danger, onClose }: { busy: boolean; submit: string; danger?: boolean; onClose: () => void }) {
  const t = useText();
  return (
    <div className="form-actions">
      <button type="submit" className={'button ' + (danger ? 'danger' : 'primary')} disabled={busy}>
        {submit}
      </button>
      <button type="button" className="button" onClick={onClose}>
        {t.app.cancel}
      </button>
    </div>
  );
}

/* To whom an onward release goes: officers choose from the peers, others name them. */
function To({ value, onChange, error }: { value: string[]; onChange: (v: string[]) => void; error?: string }) {
  const t = useText();
  const may = useMay('disclose');
  const peers = useQuery<Peers>(may ? '/peers' : null, { limit: 200 });
  if (!may)
    return (
      <Frame id="release-to" label={t.release.to} help={t.release.toHelp} error={error} required wide>
        {(ids) => (
          <input
            {...ids}
            value={value.join(', ')}
            onChange={(e) => onChange(e.target.value.split(/\s*,\s*/))}
          />
        )}
      </Frame>
    );
  return (
    <GroupFrame id="release-to" label={t.release.to} error={error}>
      <div className="checks">
        {(peers.data?.items ?? [])
          .filter((p) => p.state !== 'ended')
          .map((p) => (
            <label key={p.id} className="check">
              <input
                type="checkbox"
                checked={value.includes(p.id)}
                onChange={(e) =>
                  onChange(e.target.checked ? [...value, p.id] : value.filter((v) => v !== p.id))
                }
              />
              {p.name}
            </label>
          ))}
      </div>
    </GroupFrame>
  );
}

function ProposeForm({ record, onClose }: { record: Rec; onClose: () => void }) {
  const t = useText();
  const x = t.release;
  const { me } = useSession();
  const [nature, setNature] = useState<'lower' | 'onward'>('lower');
  const [label, setLabel] = useState<Label>(record.label ?? {});
  const [to, setTo] = useState<string[]>([]);
  const [grounds, setGrounds] = useState<GroundsValue>({});
  const { errors, failure, busy, send } = useSending(onClose, x.proposed);
  const ours = record.label?.orcon?.includes(me.instance) ?? false;
  const onward = nature === 'onward';
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const names = to.filter(Boolean);
    void send('/releases/propose', {
      nature,
      record: record.id,
      ...(onward ? { to: names } : { label, ...(names.length ? { to: names } : {}) }),
      ...groundsBody(grounds),
    });
  };
  return (
    <form onSubmit={submit} noValidate>
      <p className="section-lead">{onward ? x.onwardLead : x.lowerLead}</p>
      <Failure text={failure} />
      <div className="form-grid">
        {ours && (
          <Frame id="release-nature" label={x.nature} error={errors['/nature']} wide>
            {(ids) => (
              <select {...ids} value={nature} onChange={(e) => setNature(e.target.value as 'lower' | 'onward')}>
                <option value="lower">{x.natures.lower}</option>
                <option value="onward">{x.natures.onward}</option>
              </select>
            )}
          </Frame>
        )}
        {onward ? (
          <To value={to} onChange={setTo} error={errors['/to']} />
        ) : (
          <LabelPicker
            id="release-label"
            title={x.labelAfter}
            help={x.labelAfterHelp}
            value={label}
            onChange={setLabel}
            error={errors['/label']}
          />
        )}
        <Grounds id="release" value={grounds} onChange={setGrounds} errors={errors} reason="required" />
      </div>
      <Actions busy={busy} submit={x.propose} onClose={onClose} />
    </form>
  );
}

export function Propose({ record, open, onClose }: { record: Rec; open: boolean; onClose: () => void }) {
  const t = useText();
  return (
    <Box open={open} onClose={onClose} title={t.release.proposeTitle} wide>
      {open && <ProposeForm record={record} onClose={onClose} />}
    </Box>
  );
}

function DecideForm({ release, approve, onClose }: { release: Release; approve: boolean; onClose: () => void }) {
  const t = useText();
  const x = t.release;
  const [grounds, setGrounds] = useState<GroundsValue>({
    authority: release.authority,
    until: release.until,
    review: release.review,
  });
  const [remark, setRemark] = useState('');
  const { errors, failure, busy, send } = useSending(onClose, approve ? x.approved : x.refused);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    void send(`/releases/${release.id}/decide`, {
      decision: approve ? 'approve' : 'refuse',
      ...(approve ? groundsBody(grounds) : {}),
      ...(remark ? { remark } : {}),
    });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Failure text={failure} />
      <p className="section-lead">{approve ? x.approveLead[release.nature] : x.refuseLead}</p>
      <div className="form-grid">
        {approve && (
          <Grounds id="decide" value={grounds} onChange={setGrounds} errors={errors} authority="required" reason="none" />
        )}
        <Frame id="decide-remark" label={x.remark} help={x.remarkHelp} error={errors['/remark']} wide>
          {(ids) => <input {...ids} value={remark} onChange={(e) => setRemark(e.target.value)} />}
        </Frame>
      </div>
      <Actions busy={busy} submit={approve ? x.approve : x.refuse} danger={!approve} onClose={onClose} />
    </form>
  );
}

function RevokeForm({ release, onClose }: { release: AnyRelease; onClose: () => void }) {
  const t = useText();
  const x = t.release;
  const [remark, setRemark] = useState('');
  const ofPeer = release.nature === 'clearance';
  const { errors, failure, busy, send } = useSending(onClose, ofPeer ? x.peerRevoked : x.revoked);
  return (
    <form
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void send(`/releases/${release.id}/revoke`, remark ? { remark } : {});
      }}>
      <Failure text={failure} />
      <p className="section-lead">{ofPeer ? x.peerRevokeLead : x.revokeLead}</p>
      <Frame id="revoke-remark" label={x.remark} error={errors['/remark']}>
        {(ids) => <input {...ids} value={remark} onChange={(e) => setRemark(e.target.value)} />}
      </Frame>
      <Actions busy={busy} submit={x.revoke} danger onClose={onClose} />
    </form>
  );
}

/* What can still be done with a release, by whoever may. */
export function ReleaseActions({ release }: { release: AnyRelease }) {
  const t = useText();
  const x = t.release;
  const may = useMay('disclose');
  const [doing, setDoing] = useState<'approve' | 'refuse' | 'revoke' | null>(null);
  const close = () => setDoing(null);
  const titles = { approve: x.approveTitle, refuse: x.refuseTitle, revoke: x.revokeTitle };
  if (!may) return null;
  return (
    <>
      <div className="page-actions no-print">
        {release.state === 'proposed' && (
          <>
            <button type="button" className="button small primary" onClick={() => setDoing('approve')}>
              {x.approve}
            </button>
            <button type="button" className="button small" onClick={() => setDoing('refuse')}>
              {x.refuse}
            </button>
          </>
        )}
        {release.state === 'approved' && (
          <button type="button" className="button small danger" onClick={() => setDoing('revoke')}>
            {x.revoke}
          </button>
        )}
      </div>
      <Box open={doing !== null} onClose={close} title={doing ? titles[doing] : ''}>
        {doing === 'revoke' && <RevokeForm release={release} onClose={close} />}
        {release.nature !== 'clearance' && (doing === 'approve' || doing === 'refuse') && (
          <DecideForm release={release} approve={doing === 'approve'} onClose={close} />
        )}
      </Box>
    </>
  );
}
