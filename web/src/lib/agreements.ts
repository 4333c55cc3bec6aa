/* The shapes of an agreement's status, obligations, transactions, balance and calendar. */
import type { Foreign, Marked, Rec, Refs } from './types.ts';

export interface PartyState {
  party: string;
  role?: string;
  state: string;
  since?: string;
  until?: string;
  suspended?: boolean;
}
export interface TimelineEvent {
  at: string;
  event: string;
  party?: string;
  source?: string;
  future?: boolean;
}
export interface AgreementStatus extends Marked {
  as_of: string;
  agreement: string;
  state: string;
  since?: string;
  in_force_on?: string;
  provisional_on?: string;
  ends_on?: string;
  end_reason?: string;
  renews_on?: string;
  renewals?: number;
  notice_by?: string;
  superseded_by?: string;
  parties: PartyState[];
  timeline: TimelineEvent[];
  refs?: Refs;
}
export interface Instance {
  on: string;
  due?: string;
  grace_until?: string;
  state: string;
  decided_on?: string;
  request?: string;
  stored?: boolean;
}
export interface Obligation extends Foreign {
  id: string;
  title?: string;
  title_fr?: string;
  text?: string;
  obligor: string;
  beneficiary: string;
  act?: string;
  trigger?: string;
  stakes?: string;
  survives?: boolean;
  alive?: boolean;
  unreadable_rule?: boolean;
  instances: Instance[];
}
export interface BalanceRow {
  agreement?: string;
  a: string;
  b: string;
  year?: number;
  currency?: string;
  a_to_b: number;
  b_to_a: number;
  net: number;
  settled?: number;
  open?: number;
  owed_by_a?: number;
  owed_by_b?: number;
  by_settlement?: Record<string, number>;
  in_kind?: { item: string; unit?: string; a_to_b: number; b_to_a: number }[];
}
export interface Balance extends Marked {
  rows: BalanceRow[];
  totals?: {
    agreement?: string;
    actor: string;
    currency?: string;
    supplied: number;
    received: number;
    net: number;
  }[];
  sums?: { currency?: string; net: number }[];
  refs?: Refs;
}
export interface AgreementPage extends Marked {
  status: AgreementStatus;
  obligations: Obligation[];
  transactions: Rec[];
  balance: Balance;
  commitments?: Rec[];
  refs?: Refs;
}
export interface CalendarItem extends Foreign {
  at: string;
  what: string;
  record: string;
  kind: string;
  title: string;
  title_fr?: string;
  from?: string;
  to?: string;
  state?: string;
  days?: number;
}
export interface CalendarAnswer extends Marked {
  from?: string;
  until?: string;
  truncated?: boolean;
  items: CalendarItem[];
  refs?: Refs;
}
