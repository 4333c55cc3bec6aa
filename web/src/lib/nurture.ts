/* The shapes of the plan, of introductions, of the network's health and of a handover. */
import type { Marked, Rec, Refs } from './types.ts';

interface Answer extends Marked {
  as_of: string;
  of?: string;
  refs: Refs;
}

export interface PlanLine {
  relationship: string;
  partner: string;
  type: string;
  on: string;
  hours: number;
  person?: string /* whose hours, of a plan for several */;
  region?: string;
  trip?: number;
  trust: number;
  trust_end: number;
  lost_if_skipped: number /* trust at the end without this line */;
  gain: number;
  why: { priority?: string; needs: { need: string; worth: number }[]; must_do: boolean };
  because: { en: string; fr: string };
  with: string[];
}
export interface PlanWeek {
  from: string;
  until: string;
  hours: number;
  used: number;
  lines: PlanLine[];
  trips: PlanTrip[];
}
export interface PlanTrip {
  trip: number;
  region: string;
  hours: number;
  person?: string;
}
export interface PlanPerson {
  person: string;
  relationships: number;
  hours: number[] /* by week */;
  used: number[];
  compare: PlanCompare;
}
export interface PlanCompare {
  plan: number;
  nothing: number;
  oldest_first: number;
}
export interface Plan extends Answer {
  hours: number;
  floor: number;
  relationships: number;
  weeks: PlanWeek[];
  unmet: { relationship: string; partner: string; from: string; person?: string }[];
  persons?: PlanPerson[];
  unserved?: { relationship: string; partner: string }[];
  planned: { engagement: string; relationship: string; partner: string; on: string; type: string }[];
  compare: PlanCompare;
}

export interface Hop {
  from: string;
  to?: string;
  strength: number;
  basis: 'relationship' | 'posting' | 'unit' | 'membership' | 'access';
  record: string;
  dormant?: boolean;
  last_contact?: string;
}
export interface Chain {
  probability: number;
  actors: string[];
  hops: Hop[];
  weakest: number;
  gives?: { basis: 'place' | 'offer'; record: string };
}
export type NoneReason = 'self' | 'ended' | 'nobody' | 'no_tie' | 'too_far';
export interface Introductions extends Answer {
  of: string;
  hops: number;
  target: { what: string; record?: string; text?: string; name?: string; name_fr?: string };
  paths: Chain[];
  disjoint: Chain[];
  edge_disjoint: Chain[];
  none_reason?: NoneReason;
}

export interface Health extends Answer {
  nodes: number;
  untied: number;
  ties: number;
  components: number;
  reach: { hops: number; actors: number }[];
  articulation: { actor: string; partner: boolean; cut_off: string[]; count: number }[];
  articulation_count: number;
  bridges: { a: string; b: string; relationship: string; cut_off: string[]; count: number }[];
  bridge_count: number;
  brokers: { actor: string; share: number; constraint: number; ties: number }[];
  brokers_exact: boolean;
  communities: { id: number; center: string; count: number; members: string[] }[];
  audiences: { audience: string; relationships: number; trust?: number; low?: number; high?: number }[];
}
export interface CoverageCell {
  region: string;
  region_name?: string;
  region_name_fr?: string;
  audience: string;
  relationships: number;
  offers: number;
  accesses: number;
  demand: number;
  actors: string[];
}
export interface Coverage extends Answer {
  rows: { instrument: string; cells: CoverageCell[] }[];
  empty: {
    instrument: string;
    region: string;
    region_name?: string;
    region_name_fr?: string;
    audience: string;
    demand: number;
    known: number;
    actors: string[];
  }[];
  empty_count: number;
}
export interface Dependence extends Answer {
  needs: number;
  items: {
    actor: string;
    needs: { need: string; options: number; of: number; indispensable: boolean }[];
    cut_off: number;
  }[];
  not_counted: string[];
}
export interface Discovery extends Answer {
  items: {
    actor: string;
    score: number;
    reasons: { kind: string; detail: string; detail_fr: string; via: string[] }[];
    introduction?: Chain;
  }[];
}

export interface RelationTrust {
  relationship: string;
  partner: string;
  trust: number;
  earned: number;
}
export interface Tour {
  posting: string;
  person: string;
  position: string;
  from?: string;
  until?: string;
}
export interface KeyPersons extends Answer {
  items: {
    posting?: string;
    person: string;
    position?: string;
    from?: string;
    until?: string;
    days_left?: number;
    relationships: (RelationTrust & { contacts: number; share: number })[];
    personal: RelationTrust[];
    open_commitments: number;
  }[];
}
export interface Handover extends Answer {
  post?: string;
  person?: string;
  holder?: Tour;
  predecessor?: Tour;
  successor?: Tour;
  until?: string;
  days_left?: number;
  personal: RelationTrust[];
  relationships: (RelationTrust & {
    basis: 'steward' | 'party' | 'contact';
    priority?: string;
    purpose?: string;
    contacts: number;
    last_contact?: string;
    topics: string[];
    words: { from: string; relation: string; to: string }[];
  })[];
  succession?: {
    person: string;
    met: { partner: string; on?: string; engagement?: string }[];
    unmet: { partner: string; planned?: string; engagement?: string }[];
  };
  commitments: { ours: Rec[]; theirs: Rec[] };
  disclosures: Rec[];
  requests: Rec[];
  engagements: { planned: Rec[]; recent: Rec[] };
  people: (Tour & { partner: string; next?: string })[];
  agreements: {
    agreement: string;
    instrument: string;
    state: string;
    ends_on?: string;
    notice_by?: string;
    partners: string[];
  }[];
  obligations: {
    obligation: string;
    text: string;
    obligor: string;
    beneficiary: string;
    due?: string;
    state?: string;
  }[];
  needs: {
    need: string;
    capability: string;
    through?: string;
    partner: string;
    offers: number;
    other_offers: number;
  }[];
}
