/* Bringing in a CSV file: first a trial run with a report for each row, then the import itself. */
import { useState, type ChangeEvent } from 'react';
import { call, fileHref } from '../api.ts';
import { useLang, useText } from '../i18n/index.ts';
import { num } from '../lib/format.ts';
import { invalidate } from '../lib/query.ts';
import { useKinds } from '../lib/session.tsx';
import type { Label } from '../lib/types.ts';
import { Empty, errorText, Failure, PageHead, Section } from '../parts/common.tsx';
import { useFieldText } from '../parts/fields.tsx';
import { Frame } from '../parts/frame.tsx';
import { Icon } from '../parts/icons.tsx';
import { LabelPicker } from '../parts/label.tsx';
import { pluralTitle } from '../parts/shell.tsx';
import { Table } from '../parts/table.tsx';

interface RowError {
  line: number;
  column: string;
  code: string;
  detail: string;
}
export interface ImportReport {
  rows: number;
  created: number;
  changed: number;
  unchanged: number;
  failed: number;
  errors: RowError[];
  notes?: string[];
  dry_run: boolean;
}

export function ImportResult({ report, trial }: { report: ImportReport; trial: boolean }) {
  const t = useText();
  const lang = useLang();
  const errors = report.errors ?? [];
  const counts: [string, number, string][] = [
    [t.imports.created, report.created, 'good'],
    [t.imports.updated, report.changed, 'info'],
    [t.imports.unchanged, report.unchanged, 'quiet'],
    [t.imports.failed, report.failed, report.failed ? 'bad' : 'quiet'],
  ];
  return (
    <Section
      id="report"
      title={trial ? t.imports.trialReport : report.failed ? t.imports.refused : t.imports.done}
      className="card">
      <div role="status">
        <ul className="tiles">
          {counts.map(([label, n, tone]) => (
            <li key={label}>
              <div className={'tile tile-' + tone}>
                <strong>{num(lang, n)}</strong>
                <span>{label}</span>
              </div>
            </li>
          ))}
        </ul>
      </div>
      {report.failed > 0 && <p className="note note-bad">{t.imports.allOrNothing}</p>}
      {report.notes?.map((n) => (
        <p className="note" key={n}>
          {n}
        </p>
      ))}
      {errors.length === 0 ? (
        <p className="none">{t.imports.noErrors}</p>
      ) : (
        <Table label={t.imports.report} className="table slim">
          <thead>
            <tr>
              <th scope="col" className="num">
                {t.imports.line}
              </th>
              <th scope="col">{t.imports.column}</th>
              <th scope="col">{t.imports.reason}</th>
            </tr>
          </thead>
          <tbody>
            {errors.slice(0, 500).map((e, i) => (
              <tr key={i}>
                <td className="num">{e.line}</td>
                <th scope="row">{e.column}</th>
                <td>{e.detail || e.code}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}

/* A choice that was taken back says nothing; one without a class is for the server to refuse. "Only me"
 * alone is what becomes of the rows anyhow. */
const says = (l: Label) =>
  Boolean(l.class || l.tlp || l.orcon?.length) ||
  Object.values({ ...l.permissive, ...l.restrictive, ...l.informative }).some((v) => v.length);

export function Imports() {
  const t = useText();
  const lang = useLang();
  const { kinds, byName } = useKinds();
  const { label: fieldLabel } = useFieldText();
  const [kind, setKind] = useState('actor');
  const [file, setFile] = useState<{ name: string; text: string } | null>(null);
  const [report, setReport] = useState<{ of: ImportReport; trial: boolean } | null>(null);
  const [label, setLabel] = useState<Label>({});
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const k = byName(kind);
  const onFile = async (e: ChangeEvent<HTMLInputElement>) => {
    const f = e.target.files?.[0];
    setReport(null);
    setFile(f ? { name: f.name, text: await f.text() } : null);
  };
  const run = async (trial: boolean) => {
    if (!file || !k) return;
    setBusy(true);
    setFailure('');
    try {
      const stated = says(label) ? `&label=${encodeURIComponent(JSON.stringify(label))}` : '';
      const { data } = await call<ImportReport>('POST', `/${k.plural}/import?dry_run=${trial}${stated}`, {
        text: file.text,
      });
      setReport({ of: data, trial });
      if (!trial) invalidate();
    } catch (x) {
      setFailure(Object.values(errorText(t, x)).filter(Boolean).join(' '));
    }
    setBusy(false);
  };
  if (!k) return <Empty title={t.app.none} />;
  return (
    <>
      <PageHead title={t.imports.title} lead={t.imports.lead} />
      <div className="split">
        <div className="stack">
          <div className="card">
            <div className="form-grid">
              <Frame id="i-kind" label={t.imports.kind}>
                {(ids) => (
                  <select
                    {...ids}
                    value={kind}
                    onChange={(e) => {
                      setKind(e.target.value);
                      setReport(null);
                    }}>
                    {kinds.map((x) => (
                      <option key={x.name} value={x.name}>
                        {pluralTitle(x, lang)}
                      </option>
                    ))}
                  </select>
                )}
              </Frame>
              <Frame id="i-file" label={t.imports.file}>
                {(ids) => (
                  <input {...ids} type="file" accept=".csv,text/csv" onChange={(e) => void onFile(e)} />
                )}
              </Frame>
            </div>
            <details className="quick-more">
              <summary>{t.imports.label}</summary>
              <LabelPicker
                id="i-label"
                title={t.imports.label}
                help={t.imports.labelHelp}
                value={label}
                optional
                fresh
                onChange={(l) => {
                  setLabel(l);
                  setReport(null);
                }}
              />
            </details>
            <Failure text={failure} />
            <div className="page-actions">
              <button
                type="button"
                className="button primary"
                disabled={!file || busy}
                onClick={() => void run(true)}>
                {busy ? t.imports.running : t.imports.trial}
              </button>
              <button
                type="button"
                className="button"
                disabled={!file || busy || !report?.trial || report.of.failed > 0}
                onClick={() => void run(false)}>
                {t.imports.run}
              </button>
              <a className="button" href={fileHref(`/${k.plural}.csv`)} download>
                <Icon name="export" />
                {t.imports.download}
              </a>
            </div>
          </div>
          {report && <ImportResult report={report.of} trial={report.trial} />}
        </div>
        <Section id="columns" title={t.imports.columns} className="card">
          <dl className="columns">
            {k.fields
              .filter((f) => !f.read_only)
              .map((f) => (
                <div key={f.name}>
                  <dt>
                    <code>{f.name}</code>
                    {f.required && (
                      <span className="req" title={t.records.required}>
                        *
                      </span>
                    )}
                  </dt>
                  <dd>{fieldLabel(f)}</dd>
                </div>
              ))}
          </dl>
        </Section>
      </div>
    </>
  );
}
