/* A clearance as a change to the one before: a merge patch takes away only what it names with null. */
import type { Clearance } from './types.ts';

type Part = Record<string, string[]> | undefined;

function part(before: Part, now: Part): Record<string, string[] | null> {
  const gone = Object.keys(before ?? {}).filter((tag) => !now?.[tag]?.length);
  return { ...now, ...Object.fromEntries(gone.map((tag) => [tag, null])) };
}

export function clearancePatch(before: Clearance | undefined, now: Clearance) {
  if (!before) return now;
  return {
    ...now,
    tlp: now.tlp ?? (before.tlp ? null : undefined),
    permissive: part(before.permissive, now.permissive),
    restrictive: part(before.restrictive, now.restrictive),
  };
}
