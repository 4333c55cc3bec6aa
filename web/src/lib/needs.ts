/* The shapes of needs, their options and the requests made of them, as the API answers. */
import type { Foreign, Label, Marked, Rec, Refs } from './types.ts';

export interface Requirement {
  capability: string;
  type?: number;
  quantity?: number;
  unit?: string;
  required_by?: string;
  duration?: string;
  redundancy?: number;
  note?: string;
}
export interface Need extends Rec {
  title: string;
  title_fr?: string;
  objective?: string;
  requester?: string;
  region?: string;
  place?: string;
  from?: string;
  until?: string;
  priority?: string;
  agreement_rule?: string;
  state: string;
  last_resort?: boolean;
  disclosure?: Label;
  close_when?: string;
  requirements: Requirement[];
  refs?: Refs;
}
/* What the reader may not read is left out of every answer: such a member has no name. */
export interface MemberOffer {
  offer?: string;
  capability?: string;
  requirement?: number;
  agreement?: string;
  quantity?: number;
  type?: number;
  attested?: boolean;
  notes?: string[];
}
export interface Member {
  actor?: string;
  own?: boolean;
  forecast: number;
  low?: number;
  high?: number;
  evidence?: number;
  burden?: number;
  readiness_hours?: number;
  agreement?: string;
  basis?: string;
  last_resort?: boolean;
  offers: MemberOffer[];
}
export interface Backup {
  members: string[];
  probability: number;
  burden: number;
}
export interface Option {
  key: string;
  probability: number;
  low: number;
  high: number;
  digits?: number;
  /* That nobody fails; lower than the probability where some can stand in for others. */
  all_deliver?: number;
  burden: number;
  readiness_hours?: number;
  partners: number;
  weakest?: { actor?: string; probability: number };
  members: Member[];
  with_backups?: Backup[];
}
export type SolveState = 'exact' | 'within' | 'stopped';
export interface Candidate {
  requirement: number;
  offer?: string;
  actor?: string;
  mapping?: string;
  reason?: string;
}
export interface Excluded {
  offer?: string;
  actor?: string;
  requirement?: number;
  reasons: string[];
}
export interface Action {
  action: string;
  actor?: string;
  offer?: string;
  requirement?: number;
  capability?: string;
  detail?: string;
  detail_fr?: string;
  price?: number;
  /* The record to begin, or with an id the one to change, and what to fill in. */
  link?: { kind: string; id?: string; preset?: Record<string, unknown> };
}
export interface Repair {
  price: number;
  actions: Action[];
  probability?: number;
  digits?: number;
  burden?: number;
  partners?: number;
  members?: string[];
}
export interface Missing {
  requirement: number;
  best_quantity?: number;
  reasons?: Record<string, number>;
}
export interface Gaps extends Marked {
  feasible?: boolean;
  repairs: Repair[];
  missing: Missing[];
  refs?: Refs;
}
export interface Options extends Marked {
  need: string;
  as_of: string;
  state: SolveState;
  gap?: number | null;
  infeasible?: boolean;
  count?: number;
  options: Option[];
  columns?: number;
  partners?: number;
  candidates?: Candidate[];
  excluded?: Excluded[];
  gaps?: Gaps;
  refs?: Refs;
}
export interface Alternative {
  actor?: string;
  offer?: string;
  forecast: number;
  burden: number;
  readiness_hours: number;
  why_not: string[];
}
export interface Why {
  actor?: string;
  lines: { requirement: number; offer?: string; because: string[]; alternatives: Alternative[] }[];
}
export interface Drop {
  actor?: string;
  feasible: boolean;
  next?: {
    key: string;
    probability: number;
    digits?: number;
    burden: number;
    partners: number;
    members?: string[];
  };
  loss?: number;
}
export interface OptionPage extends Option, Marked {
  as_of?: string;
  why?: Why[];
  drop?: Drop[];
  common_causes?: { actors: string[]; reason: string; of?: string }[];
  requests?: string[];
  refs?: Refs;
}
/* Without a value there were too many partners to weigh them all. */
export interface Critical {
  actor?: string;
  shapley: number | null;
  banzhaf: number | null;
  options: number;
  of: number;
  indispensable?: boolean;
}
export interface Criticality extends Marked {
  items: Critical[];
  refs?: Refs;
}
export interface BoardItem extends Foreign {
  request: string;
  title: string;
  title_fr?: string;
  from?: string;
  to?: string;
  direction: 'in' | 'out';
  need?: string;
  response_due?: string;
  hours_left?: number;
  answer?: string;
  stakes?: string;
}
export interface PartnerRecord {
  actor?: string;
  asked: number;
  answered_in_time: number;
  answered_late?: number;
  part: number;
  declined: number;
  ignored: number;
  open: number;
  median_answer_hours?: number;
  success_rate?: number;
}
export interface Board extends Marked {
  columns: { state: string; items: BoardItem[] }[];
  partners: PartnerRecord[];
  refs?: Refs;
}

/* What may follow each state of a request, the usual step first. What ended may be opened again. */
export const NEXT: Record<string, string[]> = {
  draft: ['submitted', 'cancelled'],
  submitted: ['validated', 'sourcing', 'offered', 'declined', 'cancelled', 'expired'],
  validated: ['sourcing', 'offered', 'declined', 'cancelled', 'expired'],
  sourcing: ['offered', 'declined', 'cancelled', 'expired'],
  offered: ['accepted', 'declined', 'cancelled', 'expired'],
  accepted: ['deployed', 'cancelled'],
  deployed: ['released'],
  released: ['settled'],
  settled: ['released'],
  declined: ['submitted'],
  cancelled: ['draft', 'submitted'],
  expired: ['submitted'],
};
/* The date that a state sets when it is reached. */
export const DATED: Record<string, string> = {
  submitted: 'submitted_on',
  accepted: 'accepted_on',
  deployed: 'deployed_on',
  released: 'released_on',
  settled: 'settled_on',
  cancelled: 'closed_on',
  expired: 'closed_on',
  declined: 'closed_on',
};
export const ENDED = ['settled', 'declined', 'cancelled', 'expired'];
