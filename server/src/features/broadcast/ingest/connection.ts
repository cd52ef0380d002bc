/** One connection to the source port: its requests one after the other, each answered. */
import { within } from './deadline.ts';
import { type Exchange, type Outcome, readBody, refuse, report, timeLeft, write } from './exchange.ts';
import { createHeadParser, type HeadFault, looseText, type RequestHead } from './head.ts';
import type { SourceOwner } from './hooks.ts';
import { answerMetadata } from './metadata-request.ts';
import { answerBytes, options, POKE } from './reply.ts';
import { classify, type IngestRequest } from './request.ts';
import { answerSource } from './source-request.ts';
import { sevenXsl, statusJson } from './status.ts';

type Received =
  | { readonly kind: 'head'; readonly head: RequestHead }
  | { readonly kind: 'bad'; readonly fault: HeadFault }
  /** The time is over in the middle of a head. */
  | { readonly kind: 'late' }
  /** Nothing more comes. */
  | { readonly kind: 'none' };

async function receiveHead<Dj extends SourceOwner>({ reader, house }: Exchange<Dj>): Promise<Received> {
  const { clock, limits } = house;
  const parser = createHeadParser(limits);
  const until = clock.now() + limits.headMs;
  for (;;) {
    const read = await reader.read(Math.max(0, until - clock.now()));
    if (read.kind === 'end') return { kind: 'none' };
    if (read.kind === 'timeout') return { kind: parser.isIdle() ? 'none' : 'late' };
    const result = parser.push(read.bytes);
    if (result.kind === 'bad') return result;
    if (result.kind === 'head') {
      reader.unread(result.rest);
      return { kind: 'head', head: result.head };
    }
  }
}

async function answerStatus<Dj extends SourceOwner>(
  exchange: Exchange<Dj>,
  request: Extract<IngestRequest, { kind: 'status-json' | 'seven-xsl' }>,
): Promise<Outcome> {
  const { clock, limits, hooks, log } = exchange.house;
  const failure = (err: unknown) => log.error({ err }, 'status page failed');
  const report = await within(clock, timeLeft(exchange, limits.hookMs), hooks.status(), { failure });
  if (report.kind === 'none') {
    failure(report.cause);
    write(exchange, answerBytes({ status: 500, body: 'No status at the moment\r\n' }));
  } else if (request.kind === 'status-json') {
    write(exchange, statusJson(report.value));
  } else {
    const mount = request.fields.get('mount');
    write(exchange, sevenXsl(report.value, mount === undefined ? null : looseText(mount)));
  }
  return 'close';
}

async function answer<Dj extends SourceOwner>(
  exchange: Exchange<Dj>,
  request: IngestRequest,
): Promise<Outcome> {
  if (request.kind === 'source') return answerSource(exchange, request);
  if (request.kind === 'metadata' || request.kind === 'shoutcast-metadata') {
    return answerMetadata(exchange, request);
  }
  const body = await readBody(exchange, request.framing);
  const keep: Outcome = request.isPersistent && body !== null ? 'keep' : 'close';
  switch (request.kind) {
    case 'options':
      write(exchange, options(keep === 'keep'));
      return keep;
    case 'poke':
      write(exchange, POKE);
      return 'close';
    case 'status-json':
    case 'seven-xsl':
      return answerStatus(exchange, request);
    case 'other':
      write(exchange, answerBytes({ status: 404, body: 'This port is for DJ software\r\n' }));
      return 'close';
  }
}

/** Takes one request and answers it. */
async function serveOne<Dj extends SourceOwner>(connection: Exchange<Dj>): Promise<Outcome> {
  const received = await receiveHead(connection);
  const exchange = { ...connection, askedAt: connection.house.clock.now() };
  const stranger = { mount: null, purpose: 'unknown', userAgent: null } as const;
  if (received.kind === 'none') return 'close';
  if (received.kind === 'late') {
    report(exchange, 'bad-request', { ...stranger, detail: 'the request head did not end' });
    write(exchange, answerBytes({ status: 408 }));
    return 'close';
  }
  if (received.kind === 'bad')
    return refuse(exchange, 'bad-request', { ...stranger, detail: received.fault });
  const request = classify(received.head);
  if (request === null) return refuse(exchange, 'bad-request', { ...stranger, detail: 'framing' });
  return answer(exchange, request);
}

/** Serves a connection until it ends, and closes it so that the peer gets the last answer. */
export async function serveConnection<Dj extends SourceOwner>(exchange: Exchange<Dj>): Promise<void> {
  const { socket, reader, house } = exchange;
  try {
    while ((await serveOne(exchange)) === 'keep');
    if (socket.destroyed) return;
    socket.end();
    await reader.discard(house.limits.lingerMs);
  } finally {
    socket.destroy();
  }
}
