/**
 * Asks the old site itself whose session a cookie is: for back ends that only it can read (cache, file, a class of
 * its own). `old-site/slipmat_session.py` is the other side.
 */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#server/platform/clock.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import type { Refusal } from './refusal.ts';

/** The person waits, and the old site answers from a cache. */
const timeoutMs = 3_000;
/** The answer is one short JSON object. */
const maxAnswerBytes = 4 * 1024;

const Known = z.object({ user_id: z.string() });
const Refused = z.object({ refused: z.enum(['expired', 'wrong-hash', 'disabled', 'unknown']) });

export interface AskDeps {
  /** Where Slipmat reaches the old site. */
  readonly url: URL;
  /** The site's SECRET_KEY. */
  readonly secretKey: string;
  readonly clock: Clock;
}

/** Whose session it is, checked by the site. */
export interface Vouched {
  readonly vouchedUserId: string;
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxAnswerBytes) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function readAnswer(response: Response): Promise<Vouched | Refusal> {
  if (response.status !== 200 && response.status !== 403) {
    await response.body?.cancel();
    throw new Error(`answered ${response.status}`);
  }
  const answer: unknown = JSON.parse(await boundedText(response));
  return response.status === 200 ? { vouchedUserId: Known.parse(answer).user_id } : Refused.parse(answer);
}

/**
 * @returns a function that takes a session key.
 * It throws ProblemError `storage-unavailable` when the site does not answer in 3 s, or not in the agreed form.
 */
export function createAsk({ url, secretKey, clock }: AskDeps): (key: string) => Promise<Vouched | Refusal> {
  const base = url.href.endsWith('/') ? url.href : `${url.href}/`;
  const address = new URL('slipmat/session', base);

  return async (key) => {
    const timestamp = String(Math.floor(clock.now() / 1_000));
    const signature = createHmac('sha256', secretKey).update(`${timestamp}.${key}`).digest('hex');
    const abort = new AbortController();
    const cancel = clock.after(timeoutMs, () => abort.abort(new Error(`no answer in ${timeoutMs} ms`)));
    try {
      const response = await fetch(address, {
        method: 'POST',
        redirect: 'error',
        signal: abort.signal,
        headers: {
          'content-type': 'application/json',
          'slipmat-timestamp': timestamp,
          'slipmat-signature': signature,
        },
        body: JSON.stringify({ key }),
      });
      return await readAnswer(response);
    } catch (error) {
      throw new ProblemError('storage-unavailable', {}, { cause: error });
    } finally {
      cancel();
    }
  };
}
