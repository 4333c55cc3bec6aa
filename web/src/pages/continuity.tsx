/* The persons on whom relationships rest: who leaves when, and the handover pack of each. */
import { useLang, useText } from '../i18n/index.ts';
import { away, num, percent } from '../lib/format.ts';
import type { KeyPersons } from '../lib/nurture.ts';
import { useQuery } from '../lib/query.ts';
import { Link } from '../lib/router.tsx';
import { Empty, PageHead, RefLink, Shown, Tag, When } from '../parts/common.tsx';
import { useOptionWords } from '../parts/options.tsx';
import { Table, useFold } from '../parts/table.tsx';

type Item = KeyPersons['items'][number];

function Row({ i }: { i: Item }) {
  const t = useText();
  const lang = useLang();
  const { name } = useOptionWords();
  const x = t.continuity;
  const { shown, control } = useFold(i.relationships, 5);
  const personal = i.personal.filter((p) => !i.relationships.some((r) => r.relationship === p.relationship));
  return (
    <tr>
      <th scope="row">
        <RefLink id={i.person} />
        <div className="card-actions">
          <Link
            className="button small"
            to={`/handover/${i.position ?? i.person}`}
            aria-label={x.packOf(name(i.person))}>
            {x.pack}
          </Link>
        </div>
      </th>
      <td>{i.position && <RefLink id={i.position} />}</td>
      <td>
        <When at={i.until} short />
        {i.days_left !== undefined && (
          <span className="row-sub">
            <Tag tone={i.days_left < 0 ? 'bad' : i.days_left <= 90 ? 'warn' : undefined}>
              {away(lang, i.days_left)}
            </Tag>
          </span>
        )}
      </td>
      <td>
        {shown.map((r) => (
          <span key={r.relationship} className="reason">
            <RefLink id={r.partner} />
            <span className="row-sub">{x.share(percent(lang, r.share), num(lang, r.contacts))}</span>
          </span>
        ))}
        {control}
        {personal.map((r) => (
          <span key={r.relationship} className="reason">
            <RefLink id={r.partner} /> <Tag>{x.personal}</Tag>
          </span>
        ))}
      </td>
      <td className="num">{num(lang, i.open_commitments)}</td>
    </tr>
  );
}

export function ContinuityPage() {
  const t = useText();
  const x = t.continuity;
  const query = useQuery<KeyPersons>('/key-persons');
  return (
    <>
      <PageHead title={x.title} lead={x.lead} />
      <Shown query={query}>
        {(k) =>
          k.items.length === 0 ? (
            <Empty title={x.none} icon="users">
              <p>{x.noneHelp}</p>
            </Empty>
          ) : (
            <Table label={x.title} className="table health-table">
              <thead>
                <tr>
                  <th scope="col">{x.person}</th>
                  <th scope="col">{x.post}</th>
                  <th scope="col">{x.leaves}</th>
                  <th scope="col">{x.relationships}</th>
                  <th scope="col" className="num">
                    {x.open}
                  </th>
                </tr>
              </thead>
              <tbody>
                {k.items.map((i) => (
                  <Row key={i.person + (i.posting ?? '')} i={i} />
                ))}
              </tbody>
            </Table>
          )
        }
      </Shown>
    </>
  );
}
