/* Small changes to one record: read it, change what was asked, write it against what was read. A
 * change that somebody made in between is refused by the server and tried again on what they left. */
import { ApiError, get, patch } from '../api.ts';
import { wrote } from './live.ts';
import type { Rec, RecordAnswer } from './types.ts';

export async function change(
  plural: string,
  id: string,
  make: (r: RecordAnswer) => Record<string, unknown>,
): Promise<Rec> {
  for (let tries = 3; ; tries--) {
    const { data, etag } = await get<RecordAnswer>(`/${plural}/${id}`);
    try {
      const { data: next } = await patch<Rec>(`/${plural}/${id}`, make(data), etag);
      wrote(next.id, next.version);
      return next;
    } catch (x) {
      if (!(x instanceof ApiError) || x.status !== 412 || tries <= 1) throw x;
    }
  }
}

/* This moment as records hold it. */
export const nowInstant = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z');
