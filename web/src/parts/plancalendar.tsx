/* The plan and a calendar program: a file of what was accepted, a feed of one's own, and meetings from a
 * file, tried first and then brought in. */
import { useState, type ChangeEvent } from 'react';
import { call, fileHref, post } from '../api.ts';
import { useText } from '../i18n/index.ts';
import { invalidate } from '../lib/query.ts';
import { useMay } from '../lib/session.tsx';
import { toast } from '../lib/toast.ts';
import type { Token } from '../lib/types.ts';
import { ImportResult, type ImportReport } from '../pages/imports.tsx';
import { errorText, Failure, Section } from './common.tsx';
import { Frame } from './frame.tsx';
import { Icon } from './icons.tsx';

function Feed() {
  const t = useText();
  const [address, setAddress] = useState('');
  const [failure, setFailure] = useState('');
  const make = async () => {
    setFailure('');
    try {
      const expires = new Date(Date.now() + 365 * 864e5).toISOString().slice(0, 10);
      const { data } = await post<Token>('/tokens', {
        name: t.plan.feed,
        scope: 'calendar',
        expires: `${expires}T00:00:00Z`,
      });
      setAddress(`${location.origin}/feeds/${data.token}.ics`);
      invalidate();
    } catch (x) {
      setFailure(Object.values(errorText(t, x)).filter(Boolean).join(' '));
    }
  };
  return (
    <div className="plan-feed">
      <h3>{t.plan.feed}</h3>
      <p className="muted small-text">{t.plan.feedLead}</p>
      <Failure text={failure} />
      {address ? (
        <div className="note note-good" role="status">
          <p>{t.plan.feedOnce}</p>
          <div className="token">
            <input
              aria-label={t.plan.feedAddress}
              readOnly
              value={address}
              onFocus={(e) => e.target.select()}
              className="mono"
            />
            <button
              type="button"
              className="button small"
              onClick={() => {
                void navigator.clipboard?.writeText(address).then(() => toast({ text: t.app.copied }));
              }}>
              {t.app.copy}
            </button>
          </div>
        </div>
      ) : (
        <button type="button" className="button" onClick={() => void make()}>
          {t.plan.makeFeed}
        </button>
      )}
    </div>
  );
}

function BringIn() {
  const t = useText();
  const [file, setFile] = useState<string | null>(null);
  const [report, setReport] = useState<{ of: ImportReport; trial: boolean } | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const onFile = async (e: ChangeEvent<HTMLInputElement>) => {
    const f = e.target.files?.[0];
    setReport(null);
    setFile(f ? await f.text() : null);
  };
  const run = async (trial: boolean) => {
    if (file === null) return;
    setBusy(true);
    setFailure('');
    try {
      const { data } = await call<ImportReport>('POST', `/engagements/import-ics?dry_run=${trial}`, {
        text: file,
        type: 'text/calendar; charset=utf-8',
      });
      setReport({ of: data, trial });
      if (!trial) invalidate();
    } catch (x) {
      setFailure(Object.values(errorText(t, x)).filter(Boolean).join(' '));
    }
    setBusy(false);
  };
  return (
    <div className="plan-feed">
      <h3>{t.plan.bringIn}</h3>
      <Frame id="ics-file" label={t.plan.icsFile}>
        {(ids) => <input {...ids} type="file" accept=".ics,text/calendar" onChange={(e) => void onFile(e)} />}
      </Frame>
      <Failure text={failure} />
      <div className="page-actions">
        <button
          type="button"
          className="button"
          disabled={file === null || busy}
          onClick={() => void run(true)}>
          {busy ? t.imports.running : t.imports.trial}
        </button>
        <button
          type="button"
          className="button"
          disabled={file === null || busy || !report?.trial || report.of.failed > 0}
          onClick={() => void run(false)}>
          {t.imports.run}
        </button>
      </div>
      {report && <ImportResult report={report.of} trial={report.trial} />}
    </div>
  );
}

export function PlanCalendar({ from, until, of }: { from: string; until: string; of?: string }) {
  const t = useText();
  const steward = useMay('steward');
  const file = (more: Record<string, boolean>) =>
    fileHref('/calendar.ics', { of, from, until, ...more });
  return (
    <Section id="plan-calendar" title={t.plan.calendar} className="card no-print">
      <p className="section-lead">{t.plan.calendarLead}</p>
      <div className="page-actions">
        <a className="button" href={file({ accepted: true })} download="plan.ics">
          <Icon name="export" />
          {t.plan.fileAccepted}
        </a>
        <a className="button" href={file({})} download="entente.ics">
          <Icon name="export" />
          {t.plan.fileAll}
        </a>
      </div>
      <div className="split-even">
        <Feed />
        {steward && <BringIn />}
      </div>
    </Section>
  );
}
