/** Keeps what was typed but is not in the room yet over a reload of the tab. */
import { Instant } from '@slipmat/contract/ids';
import { Problem, problemFoundByClient } from '@slipmat/contract/problem';
import * as z from 'zod/mini';
import { silence } from '../../api/silence.ts';
import { type ChatLog, chatLogLimits, type OwnLine } from './state.ts';

/** The part of `sessionStorage` that is needed: it belongs to one tab and ends with it. */
export interface KeepingPlace {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

const KeptLine = z.object({
  key: z.string(),
  text: z.string(),
  at: Instant,
  phase: z.discriminatedUnion('name', [
    z.object({ name: z.literal('sending') }),
    z.object({ name: z.literal('sent') }),
    z.object({ name: z.literal('failed'), problem: Problem }),
  ]),
});
const Kept = z.object({
  draft: z.string(),
  lines: z.array(KeptLine),
});
type Kept = z.infer<typeof Kept>;

/** Reference of the problem that a line gets which a reload cut off. */
const reloadReference = 'c-reload';

/** One place per person: somebody else who signs in in the same tab must not send it. */
function nameOf(slug: string, personId: string): string {
  return `slipmat.chat.${slug}.${personId}`;
}

/** Writes down the draft and the own lines, or clears the place when there are none. */
export function keep(
  place: KeepingPlace,
  slug: string,
  personId: string,
  draft: string,
  own: ChatLog['own'],
): void {
  const lines = own.filter((line) => line.phase.name !== 'sent');
  if (draft === '' && lines.length === 0) place.removeItem(nameOf(slug, personId));
  else place.setItem(nameOf(slug, personId), JSON.stringify({ draft, lines }));
}

/**
 * What was kept for this person. The answer to a line that was under way is not known: it comes back as
 * failed for want of an answer, so that it is sent again with the same key, which posts it once at most.
 */
export function restore(
  place: KeepingPlace,
  slug: string,
  personId: string,
): { readonly draft: string; readonly lines: readonly OwnLine[] } {
  const kept = read(place.getItem(nameOf(slug, personId)));
  if (kept === undefined) return { draft: '', lines: [] };
  const lines = kept.lines.slice(-chatLogLimits.ownLines).map((line): OwnLine => {
    if (line.phase.name === 'failed') return { ...line, phase: line.phase };
    return {
      ...line,
      phase: { name: 'failed', problem: problemFoundByClient('timed-out', reloadReference) },
    };
  });
  return { draft: kept.draft, lines };
}

/** Undefined for nothing and for what an older page wrote in another shape. */
function read(text: string | null): Kept | undefined {
  if (text === null) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    silence(error, 'what cannot be read was not written by this page');
    return undefined;
  }
  const parsed = Kept.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
