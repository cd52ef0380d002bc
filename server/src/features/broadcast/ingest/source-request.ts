/** Answering SOURCE and PUT: who it is, whether they may, and then their stream. */
import { within } from './deadline.ts';
import { authenticate, type Exchange, type Outcome, refuse, report, timeLeft, write } from './exchange.ts';
import type { SourceCandidate, SourceEnd, SourceOwner, SourceSink } from './hooks.ts';
import type { RefusalReason } from './refusal.ts';
import { answerBytes, BODY_OK, CONTINUE, challenge, refusal, SOURCE_OK } from './reply.ts';
import type { SourceRequest } from './request.ts';
import { createSource, type Source } from './source.ts';

/** A probe says that it has no body, so that the connection can serve the next request. */
function isProbe(request: SourceRequest): boolean {
  return request.framing.kind === 'length' && request.framing.length === 0;
}

function aboutRequest(request: SourceRequest) {
  return { mount: request.mount, purpose: 'source', userAgent: request.userAgent } as const;
}

/** Answers one SOURCE or PUT, and carries its stream to the end. */
export async function answerSource<Dj extends SourceOwner>(
  exchange: Exchange<Dj>,
  request: SourceRequest,
): Promise<Outcome> {
  const { credentials, mount } = request;
  const about = aboutRequest(request);
  if (credentials.kind === 'unreadable') return refuse(exchange, 'wrong-key', about);
  if (credentials.kind === 'none') {
    const keep = isProbe(request) && request.isPersistent;
    write(exchange, challenge(keep));
    return keep ? 'keep' : 'close';
  }
  const { user, key } = credentials;
  const who = await authenticate(exchange, { mount, user, key, purpose: 'source' });
  if (who.kind === 'denied') return refuse(exchange, who.reason, about);
  if (who.kind === 'unknown-mount') return refuse(exchange, 'unknown-mount', about);
  if (who.kind === 'unavailable') return refuse(exchange, 'server-unavailable', about);
  if (request.method === 'PUT' && isProbe(request)) {
    write(exchange, answerBytes({ status: 200, keep: request.isPersistent }));
    return request.isPersistent ? 'keep' : 'close';
  }
  return admit(exchange, request, who.dj);
}

async function admit<Dj extends SourceOwner>(
  exchange: Exchange<Dj>,
  request: SourceRequest,
  dj: Dj,
): Promise<Outcome> {
  const { house, reader } = exchange;
  const about = { ...aboutRequest(request), dj };
  const { clock, limits, hooks, log, sources } = house;
  if (reader.isGone()) return 'close';
  if (sources.size >= limits.sources && !sources.has(dj.id))
    return refuse(exchange, 'too-many-sources', about);
  const handle: { source: Source | null; stopped: SourceEnd | null } = { source: null, stopped: null };
  const candidate: SourceCandidate<Dj> = {
    dj,
    mount: request.mount,
    contentType: request.contentType,
    station: request.station,
    userAgent: request.userAgent,
    remoteAddress: exchange.remoteAddress,
    isSecure: exchange.isSecure,
    at: clock.now(),
    stop(why) {
      handle.stopped ??= why;
      if (handle.source !== null) {
        handle.source.stop(why);
        exchange.socket.destroy();
      }
    },
  };
  const admission = await within(clock, timeLeft(exchange, limits.hookMs), hooks.admit(candidate), {
    value: (late) => late.kind === 'accepted' && late.sink.closed('never-began'),
    failure: (err) => log.error({ err, mount: request.mount }, 'admission failed'),
  });
  if (admission.kind === 'none') {
    log.error({ err: admission.cause, mount: request.mount }, 'admission failed');
    return refuse(exchange, 'server-unavailable', about);
  }
  if (admission.value.kind === 'refused') return refuse(exchange, admission.value.reason, about);
  const { sink } = admission.value;
  if (reader.isGone() || handle.stopped !== null) {
    sink.closed(handle.stopped ?? 'never-began');
    return 'close';
  }
  return carry(exchange, request, candidate, sink, (source) => {
    handle.source = source;
  });
}

/** Sends the go-ahead: SOURCE and PUT without Expect at once, PUT with Expect only the 100. */
function goAhead<Dj extends SourceOwner>(exchange: Exchange<Dj>, request: SourceRequest): void {
  if (request.expectsContinue) write(exchange, CONTINUE);
  if (request.method === 'SOURCE' || !request.expectsContinue) write(exchange, SOURCE_OK);
}

/** The reason to report for a source that was cut because of what it sent. */
const cutReasons: Partial<Record<SourceEnd, RefusalReason>> = {
  'went-silent': 'went-silent',
  'unsupported-format': 'unsupported-format',
  'bad-framing': 'bad-request',
};

async function carry<Dj extends SourceOwner>(
  exchange: Exchange<Dj>,
  request: SourceRequest,
  candidate: SourceCandidate<Dj>,
  sink: SourceSink,
  started: (source: Source) => void,
): Promise<Outcome> {
  const { house, reader, remoteAddress } = exchange;
  const { clock, limits, log, sources } = house;
  const { dj, mount } = candidate;
  sources.get(dj.id)?.stop('replaced');
  // SOURCE is no HTTP method: a length of 0 there means that none is known.
  const framing = isProbe(request) ? ({ kind: 'until-close' } as const) : request.framing;
  const source = createSource({ framing, contentType: request.contentType, sink, reader, clock, limits });
  const live = {
    stop(why: SourceEnd) {
      source.stop(why);
      exchange.socket.destroy();
    },
  };
  sources.set(dj.id, live);
  started(source);
  goAhead(exchange, request);
  log.info({ mount, remoteAddress, userAgent: request.userAgent }, 'source connected');
  const { end, failure } = await source.run().finally(() => {
    if (sources.get(dj.id) === live) sources.delete(dj.id);
  });
  log.info({ mount, remoteAddress, end }, 'source ended');
  const reason = cutReasons[end];
  if (reason !== undefined) {
    const detail = failure === null ? {} : { detail: failure.detail };
    report(exchange, reason, { ...aboutRequest(request), dj, ...detail });
  }
  const owesAnswer = request.method === 'PUT' && request.expectsContinue;
  if (owesAnswer) write(exchange, reason === undefined ? BODY_OK : refusal(reason));
  return 'close';
}
