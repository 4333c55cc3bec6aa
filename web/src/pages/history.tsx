/* Every version of a record: who stated it, when, and what was different from the one before. */
import { useLang, useText } from '../i18n/index.ts';
import { when } from '../lib/format.ts';
import { same } from '../lib/draft.ts';
import { useQuery } from '../lib/query.ts';
import { Link } from '../lib/router.tsx';
import { useUserName } from '../lib/session.tsx';
import { titleOf } from '../lib/title.ts';
import type { Kind, Marked, Rec, Refs, Version } from '../lib/types.ts';
import { MarkingTag, PageHead, Shown, Tag } from '../parts/common.tsx';
import { editable } from '../parts/editor.tsx';
import { useFieldText } from '../parts/fields.tsx';
import { LabelText } from '../parts/label.tsx';
import { FieldValue } from '../parts/value.tsx';
import { isOpinion, Whose } from '../parts/whose.tsx';

function Changes({ kind, before, after }: { kind: Kind; before: Rec; after: Rec }) {
  const t = useText();
  const { label } = useFieldText();
  const fields = editable(kind).filter((f) => !same(before[f.name], after[f.name]));
  const relabelled = !same(before.label, after.label);
  if (fields.length === 0 && !relabelled) return <p className="none">{t.records.noChanges}</p>;
  return (
    <div className="table-wrap">
      <table className="table slim diff">
        <thead>
          <tr>
            <th scope="col">{t.records.field}</th>
            <th scope="col">{t.records.was}</th>
            <th scope="col">{t.records.is}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((f) => (
            <tr key={f.name}>
              <th scope="row">{label(f)}</th>
              <td>
                <del>
                  <FieldValue f={f} value={before[f.name]} />
                </del>
              </td>
              <td>
                <ins>
                  <FieldValue f={f} value={after[f.name]} />
                </ins>
              </td>
            </tr>
          ))}
          {relabelled && (
            <tr>
              <th scope="row">{t.records.label}</th>
              <td>
                <del>
                  <LabelText label={before.label} />
                </del>
              </td>
              <td>
                <ins>
                  <LabelText label={after.label} />
                </ins>
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

export function HistoryPage({ kind, id }: { kind: Kind; id: string }) {
  const t = useText();
  const lang = useLang();
  const userName = useUserName();
  const query = useQuery<{ items: Version[]; refs?: Refs } & Marked>(`/${kind.plural}/${id}/history`);
  return (
    <Shown query={query}>
      {(h) => {
        const versions = [...h.items].sort((a, b) => b.version - a.version);
        const latest = versions.find((v) => v.record)?.record;
        return (
          <>
            <PageHead
              title={t.records.history}
              kicker={
                <Link to={`/records/${kind.plural}/${id}`}>
                  {latest ? titleOf(lang, latest, h.refs ?? {}).text || t.records.record : t.records.record}
                </Link>
              }
            />
            <ol className="versions">
              {versions.map((v, i) => {
                const before = versions.slice(i + 1).find((x) => x.record)?.record;
                const op = v.operation as keyof typeof t.records.operation;
                return (
                  <li key={v.version} className="card">
                    <div className="version-head">
                      <h2>{t.records.version(String(v.version))}</h2>
                      <Tag tone={op === 'retract' ? 'warn' : op === 'redact' ? 'bad' : 'info'}>
                        {t.records.operation[op] ?? v.operation}
                      </Tag>
                      <span className="muted">
                        {when(lang, v.at)}
                        {v.user && !v.theirs ? ` · ${userName(v.user)}` : ''}
                      </span>{' '}
                      <Whose of={v} report={isOpinion(kind.name)} />{' '}
                      {v.record && <MarkingTag value={v.record.marking} />}
                    </div>
                    {v.redacted ? (
                      <p className="none">{t.records.redacted}</p>
                    ) : v.record && before ? (
                      <Changes kind={kind} before={before} after={v.record} />
                    ) : v.record && !before ? (
                      <p className="none">{t.records.first}</p>
                    ) : null}
                  </li>
                );
              })}
            </ol>
          </>
        );
      }}
    </Shown>
  );
}
