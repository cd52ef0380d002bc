/** Why the stream does not play: an audio element only says that it does not. */
import { Problem } from '@slipmat/contract/problem';
import type { Clock, Random } from '../../api/clock.ts';
import { clientProblem } from '../../api/problem-error.ts';

/** A server that plays answers at once; longer is no answer. Milliseconds. */
const answerWithin = 8_000;
/** Failures in a row before the listener is told why: one alone is usually a restart or a lift. */
export const failuresBeforeAsking = 2;

export interface DiagnosisParts {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly clock: Clock;
  readonly random: Random;
}

/** Types that the server sends a stream as; anything else was sent by somebody in between. */
const sound = /^(?:audio\/|application\/ogg\b)/;

/**
 * Asks for the first two bytes of the stream, which the server does not count as a listener.
 * @returns the server's problem; `network-unreachable`, `timed-out` or `unexpected-answer` when there is none;
 * undefined when the stream is there, so that the browser cannot play it or the trouble has passed.
 */
export async function diagnose(url: string, parts: DiagnosisParts): Promise<Problem | undefined> {
  const { clock, random } = parts;
  const controller = new AbortController();
  const stop = clock.after(answerWithin, () => controller.abort());
  try {
    const response = await parts.fetch(url, {
      headers: { range: 'bytes=0-1', accept: 'audio/*, application/problem+json' },
      cache: 'no-store',
      signal: controller.signal,
    });
    if (response.ok) {
      const isSound = sound.test(response.headers.get('content-type') ?? '');
      controller.abort();
      return isSound ? undefined : clientProblem('unexpected-answer', random);
    }
    return await problemIn(response, random);
  } catch (error) {
    if (controller.signal.aborted) return clientProblem('timed-out', random);
    // `fetch` rejects with a TypeError for everything that is not an answer.
    if (error instanceof TypeError) return clientProblem('network-unreachable', random);
    throw error;
  } finally {
    stop();
  }
}

async function problemIn(response: Response, random: Random): Promise<Problem> {
  const type = response.headers.get('content-type') ?? '';
  if (!type.includes('json')) return clientProblem('unexpected-answer', random);
  const text = await response.text();
  try {
    const parsed = Problem.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  return clientProblem('unexpected-answer', random);
}
