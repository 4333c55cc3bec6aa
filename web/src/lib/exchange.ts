/* The shapes of exchange and release, as the API answers them, and saving what it makes as files. */
import type { Clearance, Foreign, Label, Lang, Marked, Page, Rec, Refs } from './types.ts';

export type PeerState = 'met' | 'confirmed' | 'suspended' | 'ended';
export interface Peer extends Rec {
  name: string;
  instance: string;
  state: PeerState;
  fingerprint: string;
  actor?: string;
  clearance?: Clearance;
  url?: string;
  tls_pin?: string;
  trust_anchor?: string;
  revocation_list?: string;
  kinds_out?: string[];
  kinds_in?: string[];
}
export interface Peers extends Marked {
  items: Peer[];
  refs?: Refs;
}
export interface Says {
  says_en: string;
  says_fr: string;
}
export const says = (lang: Lang, x: Partial<Says>) => (lang === 'fr' ? x.says_fr : x.says_en) ?? '';

export type StatementOperation = 'put' | 'retract' | 'redact' | 'withdraw';
export interface Moving extends Marked, Foreign {
  record: string;
  operation: StatementOperation;
  kind?: string;
  title?: string;
  title_fr?: string;
}
export interface Held extends Says, Foreign {
  record: string;
  kind: string;
  title?: string;
  title_fr?: string;
  label?: Label;
  reason?: string;
  why?: string;
  tag?: string;
  value?: string;
  has?: boolean;
}
export interface Preview extends Marked {
  peer: string;
  number: number;
  base: number;
  has: number;
  more: boolean;
  counts: { new: number; changed: number; withdrawn: number; held_back: number };
  new: Moving[];
  changed: Moving[];
  withdrawn: Moving[];
  held_back: Held[];
}
export interface HeldList {
  count: number;
  items: Held[];
}
export interface Difference extends Marked {
  narrowed: boolean;
  has: HeldList;
  would_get: HeldList;
  held_back: HeldList;
}
export interface Counts {
  put: number;
  retract: number;
  redact: number;
  withdraw: number;
  refused: number;
  unchanged?: number;
}
export interface Refusal extends Says {
  record: string;
  statement: string;
  reason: string;
}
export interface Taken extends Says, Marked {
  outcome: string;
  peer?: string;
  peer_name?: string;
  number?: number;
  base?: number;
  taken_up_to?: number;
  made_at?: string;
  same_policy?: boolean;
  more?: boolean;
  counts: Counts;
  refusals: Refusal[];
  changes: { record: string; kind: string; operation: StatementOperation; new: boolean; title?: string; title_fr?: string }[];
  receipt?: string;
}
export interface Receipted extends Marked {
  peer: string;
  number: number;
  outcome: 'taken' | 'old' | 'gap';
  more: boolean;
  counts: Counts;
}
export interface LogItem extends Marked {
  id: string;
  peer: string;
  peer_name?: string;
  direction: 'made' | 'taken';
  state: 'made' | 'taken' | 'receipted' | 'gap';
  number: number;
  base?: number;
  at: string;
  hash: string;
  size?: number;
  receipted_at?: string;
  counts: Counts | null;
}
export type Log = Page<LogItem>;
export interface Carried {
  nothing: boolean;
  bytes?: number;
  attempts: number;
  acknowledged?: boolean;
  result?: { outcome: string; number: number } & Counts & {
    refusals: { record: string; reason: string; text: string }[];
  };
}
export interface ProofItem extends Partial<Says> {
  peer: string;
  peer_name?: string;
  direction: 'made' | 'taken';
  operation: StatementOperation;
  number: number;
  bundle: string;
  sent_at?: string;
  taken_at?: string;
  receipted: boolean;
  receipted_at?: string;
  refused?: string;
}
export interface Proof extends Marked {
  origin: string;
  retracted: boolean;
  items: ProofItem[];
}
export interface NamedDifference extends Says {
  field: string;
  ours: unknown;
  theirs: unknown;
}
export interface Sides extends Marked {
  kind: string;
  matched_by: 'none' | 'annotation' | 'external_id' | 'parties';
  ours: Rec | null;
  theirs: Rec | null;
  differences: NamedDifference[];
  annotations: Rec[];
  refs?: Refs;
}
export type ReleaseState = 'proposed' | 'approved' | 'refused' | 'revoked' | 'expired';
export interface Release extends Rec {
  nature: 'lower' | 'onward';
  record?: string;
  to?: string[];
  label_before?: Label;
  label_after?: Label;
  reason: string;
  authority?: string;
  remark?: string;
  until?: string;
  review?: string;
  state: ReleaseState;
  proposed_by?: string;
  decided_by?: string;
  decided_at?: string;
}
/* By which a partner may have more of ours than before. */
export interface PeerRelease extends Rec {
  nature: 'clearance';
  peer: string;
  clearance_before?: Clearance;
  clearance_after: Clearance;
  kinds_before?: string[];
  kinds_after?: string[];
  state_before?: PeerState;
  state_after?: PeerState;
  reason: string;
  authority: string;
  remark?: string;
  until?: string;
  review?: string;
  state: ReleaseState;
  decided_by: string;
  decided_at: string;
}
export type AnyRelease = Release | PeerRelease;
export interface ReleaseQueue extends Marked {
  proposed: AnyRelease[];
  expiring: AnyRelease[];
  review: AnyRelease[];
}

/* Hands a file to the browser to save. */
export function save(file: Blob, name: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

export function fromBase64(text: string): Blob {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return new Blob([bytes], { type: 'application/vnd.entente.receipt+json' });
}

/* A name for a file that every system takes. */
export const fileName = (name: string) =>
  name
    .normalize('NFD')
    .replace(/[^\w-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase() || 'entente';
