/** What the parts of one connection share: the socket, the house, and how to refuse. */
import type { Socket } from 'node:net';
import type { Clock } from '../audio/clock.ts';
import { type BodyPart, createBodyReader, type Framing } from './body.ts';
import type { ByteReader } from './byte-reader.ts';
import { within } from './deadline.ts';
import type {
  Authentication,
  IngestHooks,
  IngestLog,
  RefusalRecord,
  SourceEnd,
  SourceOwner,
} from './hooks.ts';
import type { IngestLimits } from './limits.ts';
import { type RefusalReason, refusalAnswers } from './refusal.ts';
import { refusal } from './reply.ts';

/** A source on air or waiting, as the rest of the port sees it. */
export interface LiveSource {
  readonly stop: (why: SourceEnd) => void;
}

/** One per server. */
export interface IngestHouse<Dj extends SourceOwner> {
  readonly clock: Clock;
  readonly limits: IngestLimits;
  readonly hooks: IngestHooks<Dj>;
  readonly log: IngestLog;
  /** By id of the DJ. */
  readonly sources: Map<string, LiveSource>;
  /** Connections whose refusal is held back. */
  readonly held: Set<Socket>;
}

/** One per connection. */
export interface Exchange<Dj extends SourceOwner> {
  readonly house: IngestHouse<Dj>;
  readonly socket: Socket;
  readonly reader: ByteReader;
  readonly remoteAddress: string;
  readonly isSecure: boolean;
  /** When the head of the present request was complete (epoch milliseconds). */
  readonly askedAt: number;
}

/** What is left of `ms` milliseconds that began with the present request; clients count from there too. */
export function timeLeft<Dj extends SourceOwner>({ house, askedAt }: Exchange<Dj>, ms: number): number {
  return Math.max(0, askedAt + ms - house.clock.now());
}

/** What becomes of the connection after an answer. */
export type Outcome = 'keep' | 'close';

/** Writes unless the peer has closed altogether; a half-closed peer still reads. */
export function write<Dj extends SourceOwner>(exchange: Exchange<Dj>, bytes: Buffer): void {
  if (exchange.socket.writable) exchange.socket.write(bytes);
}

/** What a refusal is about, as far as it is known. */
export type RefusedRequest<Dj extends SourceOwner> = Pick<
  RefusalRecord<Dj>,
  'mount' | 'purpose' | 'userAgent'
> & {
  readonly dj?: Dj;
  readonly detail?: string;
};

/** Tells the house about a refusal; nothing is sent. */
export function report<Dj extends SourceOwner>(
  exchange: Exchange<Dj>,
  reason: RefusalReason,
  request: RefusedRequest<Dj>,
): void {
  const { house, remoteAddress } = exchange;
  const { mount, purpose, userAgent, dj = null, detail = null } = request;
  house.log.info({ reason, detail, mount, purpose, userAgent, remoteAddress }, 'encoder refused');
  house.hooks.refused({
    reason,
    detail,
    dj,
    mount,
    purpose,
    userAgent,
    remoteAddress,
    at: house.clock.now(),
  });
}

/** Tells the house at once, holds the answer back where that calms the client, and answers. */
export async function refuse<Dj extends SourceOwner>(
  exchange: Exchange<Dj>,
  reason: RefusalReason,
  request: RefusedRequest<Dj>,
): Promise<Outcome> {
  const { house, socket, reader } = exchange;
  report(exchange, reason, request);
  const isHeld = refusalAnswers[reason].held && request.purpose === 'source';
  if (isHeld && house.held.size < house.limits.heldConnections) {
    house.held.add(socket);
    await reader.discard(timeLeft(exchange, house.limits.holdMs));
    house.held.delete(socket);
  }
  write(exchange, refusal(reason));
  return 'close';
}

/** Asks the house who this is; a failure or no answer in time is `unavailable`. */
export async function authenticate<Dj extends SourceOwner>(
  exchange: Exchange<Dj>,
  attempt: { mount: string | null; user: string; key: string; purpose: 'source' | 'metadata' },
): Promise<Authentication<Dj>> {
  const { house, remoteAddress } = exchange;
  const answer = await within(
    house.clock,
    timeLeft(exchange, house.limits.hookMs),
    house.hooks.authenticate({ ...attempt, remoteAddress }),
    {
      value: () => house.log.warn({ mount: attempt.mount }, 'credentials were checked too late'),
      failure: (err) => house.log.error({ err, mount: attempt.mount }, 'credentials could not be checked'),
    },
  );
  if (answer.kind === 'value') return answer.value;
  house.log.error({ err: answer.cause, mount: attempt.mount }, 'credentials could not be checked');
  return { kind: 'unavailable' };
}

/**
 * The whole body of a small request, at most `limits.formBytes` and within `limits.headMs`; what follows is put
 * back. Null when it is too large, broken, late or cut off.
 */
export async function readBody<Dj extends SourceOwner>(
  exchange: Exchange<Dj>,
  framing: Framing,
): Promise<Buffer | null> {
  const { reader, house } = exchange;
  const { limits, clock } = house;
  const body = createBodyReader(framing);
  const pieces: Buffer[] = [];
  const until = clock.now() + limits.headMs;
  let size = 0;
  let part: BodyPart = body.push(Buffer.alloc(0));
  for (;;) {
    pieces.push(...part.data.map((piece) => Buffer.from(piece)));
    size += part.data.reduce((sum, piece) => sum + piece.length, 0);
    if (part.isBroken || size > limits.formBytes) return null;
    if (part.isDone) {
      reader.unread(part.rest);
      return Buffer.concat(pieces);
    }
    const read = await reader.read(Math.max(0, until - clock.now()));
    if (read.kind !== 'bytes') return null;
    part = body.push(read.bytes);
  }
}
