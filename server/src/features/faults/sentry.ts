/**
 * Forwards faults to a service that speaks Sentry's envelope format, where one is set
 * (https://develop.sentry.dev/sdk/data-model/envelopes/). Never in anybody's way: a bounded queue, one request at a time,
 * and failures are counted.
 */
import { randomUUID } from 'node:crypto';
import type { Dsn } from '#server/platform/sentry-dsn.ts';
import { silence } from '#server/platform/silence.ts';
import type { FaultHit } from './hit.ts';

/** Events waiting; about 1 MB of them. Beyond it they are dropped, and counted. */
const queueLimit = 200;
/** Longer than a service on the other side of the world takes. Milliseconds. */
const answerWithinMs = 5_000;

/** An envelope with one event: three lines of JSON, the last with its length said in the one before. */
export function envelopeOf(hit: FaultHit, dsn: Dsn, eventId: string, now: number): string {
  const event = {
    event_id: eventId,
    timestamp: hit.at / 1000,
    platform: hit.kind === 'server' || hit.kind === 'background' ? 'node' : 'javascript',
    level: 'error',
    logger: hit.kind,
    transaction: hit.place,
    release: hit.release,
    tags: { code: hit.code, kind: hit.kind, browser: hit.browser, reference: hit.reference },
    ...(hit.personId === undefined ? {} : { user: { id: hit.personId } }),
    exception: {
      values: [
        {
          type: hit.name === '' ? 'Error' : hit.name,
          value: hit.message,
          // Sentry wants the innermost last.
          stacktrace: { frames: hit.frames.map(frameOf).toReversed() },
        },
      ],
    },
  };
  const payload = JSON.stringify(event);
  const head = { event_id: eventId, sent_at: new Date(now).toISOString(), dsn: dsn.text };
  const item = { type: 'event', content_type: 'application/json', length: Buffer.byteLength(payload) };
  return `${JSON.stringify(head)}\n${JSON.stringify(item)}\n${payload}\n`;
}

/** "say server/src/features/chat/index.ts", "draw assets/pages-Bx1.js:1:2345". */
function frameOf(frame: string) {
  const [, name = '', filename = frame, line, column] =
    /^(?:(.+) )?(\S+?)(?::(\d+):(\d+))?$/.exec(frame) ?? [];
  return {
    ...(name === '' ? {} : { function: name }),
    filename,
    in_app: true,
    ...(line === undefined ? {} : { lineno: Number(line), colno: Number(column) }),
  };
}

export function createSentry(dsn: Dsn | undefined, now: () => number) {
  const queue: FaultHit[] = [];
  let sending: Promise<void> | undefined;
  let failed = 0;

  async function send(to: Dsn, hit: FaultHit): Promise<void> {
    try {
      const response = await fetch(to.endpoint, {
        method: 'POST',
        body: envelopeOf(hit, to, randomUUID().replaceAll('-', ''), now()),
        headers: {
          'content-type': 'application/x-sentry-envelope',
          'x-sentry-auth': `Sentry sentry_version=7, sentry_client=slipmat/1, sentry_key=${to.publicKey}`,
        },
        signal: AbortSignal.timeout(answerWithinMs),
        redirect: 'error',
      });
      await response.body?.cancel();
      if (!response.ok) failed += 1;
    } catch (error) {
      failed += 1;
      silence(error, 'the fault itself is kept here; that it was not forwarded is counted at /metrics');
    }
  }

  async function sendAll(to: Dsn): Promise<void> {
    for (let hit = queue.shift(); hit !== undefined; hit = queue.shift()) await send(to, hit);
    sending = undefined;
  }

  return {
    /** Takes it for sending; never throws, never waits. */
    forward(hit: FaultHit): void {
      if (dsn === undefined) return;
      if (queue.length >= queueLimit) {
        failed += 1;
        return;
      }
      queue.push(hit);
      sending ??= sendAll(dsn);
    },
    /** Events that were not taken by the service, since the process started. */
    failed: () => failed,
    /** Resolves when nothing waits; for the end of the process, which gives up what still waits. */
    async close(): Promise<void> {
      queue.length = 0;
      await sending;
    },
  };
}
