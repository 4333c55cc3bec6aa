/* One request on the board: who, what, how long is left, and the steps that may come next. */
import { useState } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { named, useLang, useText } from '../i18n/index.ts';
import { hoursText } from '../lib/duration.ts';
import { DATED, ENDED, NEXT, type BoardItem } from '../lib/needs.ts';
import { Link } from '../lib/router.tsx';
import { useKinds, useMay } from '../lib/session.tsx';
import { toast } from '../lib/toast.ts';
import { change, nowInstant } from '../lib/write.ts';
import { AnswerDialog } from './answer.tsx';
import { errorText, RefLink, RefName, Tag, When } from './common.tsx';
import { Icon } from './icons.tsx';
import { Whose } from './whose.tsx';

/* How long an answer may still take, or how long it is late; nothing once there is one. */
export function Clock({ item, state }: { item: BoardItem; state: string }) {
  const t = useText();
  const lang = useLang();
  const waiting = ['submitted', 'validated', 'sourcing'].includes(state);
  if (!waiting || item.hours_left === undefined)
    return item.response_due && state === 'draft' ? (
      <span className="row-sub">
        {t.requests.responseDue} <When at={item.response_due} short />
      </span>
    ) : null;
  const h = item.hours_left;
  return (
    <Tag tone={h < 0 ? 'bad' : h <= 24 ? 'warn' : 'info'}>
      <span title={t.requests.responseDue}>
        {h < 0 ? t.requests.over(hoursText(lang, h)) : t.requests.left(hoursText(lang, h))}
      </span>
    </Tag>
  );
}

const TONE: Record<string, string> = {
  settled: 'good',
  declined: 'warn',
  expired: 'bad',
  full: 'good',
  part: 'warn',
};

function Moves({ item, state, onAnswer }: { item: BoardItem; state: string; onAnswer: () => void }) {
  const t = useText();
  const { byName, word } = useKinds();
  const plural = byName('request')?.plural ?? 'requests';
  const next = NEXT[state] ?? [];
  const answered = next.includes('offered');
  const ended = ENDED.includes(state);
  const step = (s: string) =>
    ended
      ? t.requests.reopen(word('request', 'state', s))
      : (t.requests.move[s as 'submitted'] ?? word('request', 'state', s));
  const move = async (to: string) => {
    try {
      await change(plural, item.request, (r) => ({
        state: to,
        ...(DATED[to] && !r[DATED[to]] ? { [DATED[to]]: nowInstant() } : {}),
        ...(to === 'expired' && !r.answer ? { answer: 'none' } : {}),
        ...(ended ? { closed_on: null, settled_on: null } : {}),
        ...(ended && to !== 'released' ? { answer: null, answered_on: null, reason: null } : {}),
        ...(to === 'draft' ? { submitted_on: null } : {}),
      }));
      toast({ text: t.requests.moved(word('request', 'state', to)) });
    } catch (x) {
      const said = errorText(t, x);
      toast({ text: [said.title, said.detail].filter(Boolean).join(' ') });
    }
  };
  /* An answer is given in its dialog; the rest of what is allowed is one press away or in the menu. */
  const first = answered || ended ? undefined : next[0];
  const rest = next.filter((s) => s !== first && !(answered && (s === 'offered' || s === 'declined')));
  return (
    <div className="card-actions no-print">
      {answered && (
        <Button className="button small primary" onPress={onAnswer}>
          {t.requests.recordAnswer}
        </Button>
      )}
      {first && (
        <Button className="button small" onPress={() => void move(first)}>
          {step(first)}
        </Button>
      )}
      {rest.length > 0 && (
        <MenuTrigger>
          <Button className="button small" aria-label={`${t.requests.otherSteps}: ${item.title}`}>
            {t.requests.otherSteps}
            <Icon name="down" size={13} />
          </Button>
          <Popover className="popover">
            <Menu className="menu" aria-label={t.requests.otherSteps} onAction={(k) => void move(String(k))}>
              {rest.map((s) => (
                <MenuItem key={s} id={s} className="menu-item">
                  {step(s)}
                </MenuItem>
              ))}
            </Menu>
          </Popover>
        </MenuTrigger>
      )}
    </div>
  );
}

export function RequestCard({ item, state }: { item: BoardItem; state: string }) {
  const t = useText();
  const lang = useLang();
  const { path, word } = useKinds();
  const write = useMay('write');
  const [answering, setAnswering] = useState(false);
  const name = named(lang, item);
  return (
    <li className={`request-card request-${item.direction}`}>
      <p className="request-who">
        <span className="muted">{item.direction === 'out' ? t.requests.to : t.requests.from}</span>{' '}
        <RefLink id={item.direction === 'out' ? item.to : item.from} />
      </p>
      <p>
        <Link to={path('request', item.request)} lang={name.lang}>
          {name.text}
        </Link>
      </p>
      {item.need && (
        <p className="row-sub">
          {t.needs.need}{' '}
          <Link to={`/needs/${item.need}`}>
            <RefName id={item.need} />
          </Link>
        </p>
      )}
      <p className="request-tags">
        <Whose of={item} />
        <Clock item={item} state={state} />
        {ENDED.includes(state) && <Tag tone={TONE[state]}>{word('request', 'state', state)}</Tag>}
        {item.answer && !['declined', 'expired'].includes(state) && (
          <Tag tone={TONE[item.answer]}>{word('request', 'answer', item.answer)}</Tag>
        )}
        {item.stakes && item.stakes !== 'routine' && <Tag>{t.stakes[item.stakes as 'critical']}</Tag>}
      </p>
      {write && !item.theirs && <Moves item={item} state={state} onAnswer={() => setAnswering(true)} />}
      {answering && <AnswerDialog item={item} onClose={() => setAnswering(false)} />}
    </li>
  );
}
