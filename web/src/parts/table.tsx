/* Tables that can be read row by row: native tables, so that every reader and printer knows them.
 * Headers that sort are buttons and say which way. */
import { useMemo, useState, type ReactNode } from 'react';
import { useText } from '../i18n/index.ts';
import { onTableKey } from '../lib/keys.ts';
import { Icon } from './icons.tsx';

export function SortHeader({
  id,
  sort,
  onSort,
  children,
  numeric,
  title,
  first = 'asc',
}: {
  id: string;
  sort: string;
  onSort: (sort: string) => void;
  children: ReactNode;
  numeric?: boolean;
  title?: string;
  first?: 'asc' | 'desc';
}) {
  const down = sort === '-' + id,
    up = sort === id;
  const next = up ? '-' + id : down ? id : first === 'desc' ? '-' + id : id;
  return (
    <th
      scope="col"
      className={numeric ? 'num' : undefined}
      aria-sort={up ? 'ascending' : down ? 'descending' : undefined}
      title={title}>
      <button type="button" className={'sort' + (up || down ? ' sort-on' : '')} onClick={() => onSort(next)}>
        {children}
        <span className="sort-mark">
          {up ? (
            <Icon name="up" size={12} />
          ) : down ? (
            <Icon name="down" size={12} />
          ) : (
            <Icon name="down" size={12} />
          )}
        </span>
      </button>
    </th>
  );
}

export function Table({
  label,
  children,
  className,
  id,
}: {
  label: string;
  children: ReactNode;
  className?: string;
  id?: string;
}) {
  const t = useText();
  return (
    <div className="table-wrap" role="region" aria-label={t.app.tableOf(label)} tabIndex={0} id={id}>
      <table className={className} onKeyDown={onTableKey}>
        <caption className="sr">{label}</caption>
        {children}
      </table>
    </div>
  );
}

export function LoadMore({
  more,
  busy,
  onMore,
  shown,
}: {
  more: boolean;
  busy?: boolean;
  onMore: () => void;
  shown: string;
}) {
  const t = useText();
  return (
    <div className="load-more">
      <span className="muted">{shown}</span>
      {more && (
        <button type="button" className="button" onClick={onMore} disabled={busy}>
          {busy ? t.app.loading : t.app.more}
        </button>
      )}
    </div>
  );
}

/* Shows the first few rows of a long list and the rest on demand. */
export function useFold<T>(items: T[], few = 8): { shown: T[]; control: ReactNode } {
  const [open, setOpen] = useState(false);
  const t = useText();
  const shown = useMemo(() => (open ? items : items.slice(0, few)), [items, open, few]);
  const control =
    items.length > few ? (
      <button type="button" className="link-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? t.partner.fewer : t.partner.showAll(String(items.length))}
      </button>
    ) : null;
  return { shown, control };
}
