/* The shapes of the HTTP API as this interface reads them. Only what is shown is named; records
 * keep their other fields, because forms and record pages are generated from /kinds. */
import type { CalendarItem } from './agreements.ts';

export type Lang = 'en' | 'fr';
export interface Marking {
  en: string;
  fr: string;
}
export interface Label {
  class?: string;
  restrictive?: Record<string, string[]>;
  permissive?: Record<string, string[][]>;
  informative?: Record<string, string[]>;
  /* The users who alone may read it, beside everything else: none of them is nobody. */
  persons?: string[];
  orcon?: string[];
  review?: string;
  tlp?: string;
}
/* What a row says of a record of another instance, and of none of ours. */
export interface Foreign {
  origin?: string;
  theirs?: boolean;
  origin_name?: string;
}
export interface Ref extends Foreign {
  kind: string;
  title: string;
  title_fr?: string;
}
export type Refs = Record<string, Ref>;
export interface Marked {
  marking?: Marking;
}
export interface Rec extends Marked, Foreign {
  id: string;
  kind: string;
  version: number;
  label?: Label;
  external_ids?: string[];
  created?: string;
  updated?: string;
  notes?: string;
  [field: string]: unknown;
}
export interface RecordAnswer extends Rec {
  refs?: Refs;
}
export interface Page<T> extends Marked {
  items: T[];
  refs?: Refs;
  next?: string;
}

export interface Figure {
  trust: number;
  forecast: number;
  belief: number;
  disbelief: number;
  uncertainty: number;
  prior: number;
  evidence: number;
}
export type Dimension = 'ability' | 'benevolence' | 'integrity';
export interface Trust extends Figure, Marked {
  truster: string;
  trustee: string;
  as_of: string;
  half_life_days?: number;
  dimensions?: Partial<Record<Dimension, Figure>>;
  refs?: Refs;
  parameters?: Record<string, unknown>;
}
export interface ExplainItem {
  record: string;
  kind: string;
  title: string;
  title_fr?: string;
  at: string;
  valence: number;
  dimension: Dimension;
  event?: string;
  stakes?: string | number | null;
  weight: number;
  decay: number;
  contribution: number;
  contribution_ppm: number;
  via?: 'reciprocal' | 'witness' | null;
  witness?: string;
}
export interface Explanation extends Trust {
  base_rate: number;
  reputation: number;
  disposition: number;
  expectation: number;
  items: ExplainItem[];
  sum_ppm: number;
  prior_ppm?: number;
  expectation_ppm?: number;
}
export interface SeriesPoint {
  at: string;
  trust: number;
  forecast: number;
  uncertainty: number;
  belief: number;
}
export interface SeriesEvent {
  at: string;
  record: string;
  kind: string;
  title: string;
  title_fr?: string;
  valence: number;
}
export interface Series extends Marked {
  points: SeriesPoint[];
  events: SeriesEvent[];
  refs?: Refs;
}
export interface WhatIf extends Marked {
  before: Figure;
  after: Figure;
  recovery?: { kept_weight?: number | null; kept_routine?: number | null; reachable?: boolean };
}
/* When trust falls below the floor if nothing is done. */
export interface Falls {
  state: 'never' | 'below' | 'later';
  on?: string;
  in_days?: number;
}
export interface ContactShown {
  engagement: string;
  on: string;
  mode: string;
  with: string[];
}
export interface ContactState {
  last?: ContactShown;
  next?: ContactShown;
  days_since?: number;
  cadence_longest?: number;
  overdue_days: number;
  due_on?: string;
  in_year: number;
}
type Side = 'even' | 'ours' | 'theirs';
export interface Nurtured {
  falls: Falls;
  earned_falls: Falls;
  contact: ContactState;
  began: { ours: number; theirs: number; side: Side };
  delivered: { side: Side };
}
export interface PortfolioRow extends Nurtured, Foreign {
  relationship: string;
  partner: string;
  title: string;
  title_fr?: string;
  country?: string;
  audience?: string;
  nature?: string;
  priority?: string;
  posture?: string;
  trust: Figure;
  earned: Figure;
  trend?: number;
  spark?: number[];
  last_contact?: string;
  days_since_contact?: number;
  cadence_longest?: number;
  contact_state?: 'none' | 'fresh' | 'due' | 'fading';
  open_commitments?: number;
  overdue_commitments?: number;
  evidence?: number;
}
export interface Portfolio extends Page<PortfolioRow> {
  as_of: string;
  floor: number;
}
export interface TodayPromise extends Foreign {
  record: string;
  text: string;
  from: string;
  to: string;
  due?: string;
  days_late?: number;
  stakes?: string;
  at?: string;
}
export interface WaitingRequest extends Foreign {
  record: string;
  title: string;
  title_fr?: string;
  from?: string;
  to?: string;
  state?: string;
  direction: 'in' | 'out';
  stakes?: string;
  response_due?: string;
  days?: number;
}
export interface Change extends Foreign {
  kind: string;
  id: string;
  title?: string;
  title_fr?: string;
  at: string;
  user?: string;
  operation?: string;
}
export interface Today extends Marked {
  as_of: string;
  overdue: TodayPromise[];
  due_soon: TodayPromise[];
  floor: number;
  fading_count: number;
  fading: PortfolioRow[];
  broken: TodayPromise[];
  obligations_overdue?: CalendarItem[];
  obligations_due_soon?: CalendarItem[];
  agreement_notices?: CalendarItem[];
  requests_waiting?: WaitingRequest[];
  upcoming: Rec[];
  recent: Change[];
  refs?: Refs;
  counts?: Record<string, number>;
}
export interface Brief extends Marked {
  actor: Rec;
  relationships: Rec[];
  trust?: Trust;
  earned?: Trust;
  last_contact?: string;
  people: ({ person: string; position?: string; from?: string; until?: string; current?: boolean } & Foreign)[];
  units: string[];
  memberships: Rec[];
  engagements: Rec[];
  commitments: { ours: Rec[]; theirs: Rec[] };
  disclosures: Rec[];
  agreements: Rec[];
  assessments: Rec[];
  refs?: Refs;
}
export interface NetNode extends Foreign {
  id: string;
  title: string;
  title_fr?: string;
  nature?: string;
  audience?: string;
  country?: string;
  home?: boolean;
  degree?: number;
  short_en?: string;
  short_fr?: string;
}
export interface NetEdge extends Foreign {
  source: string;
  target: string;
  relationship: string;
  nature?: string;
  trust?: number;
  earned?: number;
  priority?: string;
  last_contact?: string;
}
export interface Network extends Marked {
  nodes: NetNode[];
  edges: NetEdge[];
  truncated?: boolean;
}
export interface Hit extends Marked, Foreign {
  kind: string;
  id: string;
  title: string;
  title_fr?: string;
  at?: string;
  snippet?: string;
}

export interface Choice {
  value: string;
  en: string;
  fr: string;
}
export interface Field {
  name: string;
  type: string;
  many?: boolean;
  required?: boolean;
  read_only?: boolean;
  target?: string;
  choices?: Choice[];
  fields?: Field[];
  max?: number;
  label_en: string;
  label_fr: string;
  help_en?: string;
  help_fr?: string;
}
export interface Kind {
  name: string;
  plural: string;
  title_en: string;
  title_fr: string;
  /* The date that its lists can be ordered by, as "when". */
  when_field?: string | null;
  fields: Field[];
}
export interface Named {
  name: string;
  en?: string;
  fr?: string;
}
export interface Level extends Named {
  marking_en?: string;
  marking_fr?: string;
  color?: string;
}
export interface Value extends Named {
  obsolete?: boolean;
}
export interface Category extends Named {
  values: Value[];
  groups?: Named[];
}
export interface Policy {
  id: string;
  en?: string;
  fr?: string;
  levels: Level[];
  restrictive: Category[];
  permissive: Category[];
  informative?: Category[];
  tlp: Named[];
  default?: Label;
}
/* What a reader may read; unlike a label, one plain set for each category. */
export interface Clearance {
  class?: string;
  restrictive?: Record<string, string[]>;
  permissive?: Record<string, string[]>;
  tlp?: string;
}
export interface User {
  id: string;
  username: string;
  display_name?: string;
  language?: Lang;
  role?: string;
  clearance?: Clearance;
  cleared_until?: string;
  active?: boolean;
}
export interface Me {
  user: User;
  role: string;
  permissions: string[];
  clearance?: Clearance;
  clearance_marking?: Marking;
  csrf: string;
  home?: { id: string; title: string; title_fr?: string };
  instance: string;
  version: string;
  now: string;
}
export interface Token {
  id: string;
  name: string;
  scope: string;
  expires?: string;
  created?: string;
  revoked?: boolean | string;
  token?: string;
}
export interface Version extends Foreign {
  version: number;
  at: string;
  user?: string;
  operation: string;
  redacted?: boolean;
  record?: Rec | null;
}
