/** The one translator of failures to the wire. Unknown errors become a bare `internal-error` with a reference. */
import { type Problem, type ProblemCode, problemOf, problems } from '@slipmat/contract/problems';
import { referenceHeader } from '@slipmat/contract/sessions';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { asProblem } from '../db/storage-error.ts';
import type { Log } from '../platform/log.ts';
import { ProblemError } from '../platform/problem-error.ts';

/** Fastify's own refusals of a request, before any handler of ours. */
const fastifyCodes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'bad-request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'bad-request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad-request',
  FST_ERR_BAD_URL: 'bad-request',
  FST_ERR_MAX_PARAM_LENGTH: 'bad-request',
};

function fastifyCode(error: unknown): ProblemCode | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const known = fastifyCodes[error.code];
  if (known !== undefined) return known;
  const isClientFault =
    'statusCode' in error && typeof error.statusCode === 'number' && error.statusCode < 500;
  return isClientFault ? 'bad-request' : undefined;
}

/** Any thrown value as a `ProblemError`. */
export function toProblemError(thrown: unknown): ProblemError {
  const error = asProblem(thrown);
  if (error instanceof ProblemError) return error;
  const code = fastifyCode(error);
  return new ProblemError(code ?? 'internal-error', {}, { cause: error });
}

/** A failure as it is noted for staff. */
export interface FailureNote {
  readonly reference: string;
  readonly code: ProblemCode;
  /** True: something is broken, and staff should know. */
  readonly isFault: boolean;
  /** What was thrown. */
  readonly error: unknown;
  /** "GET /api/events/{slug}", or the type of a message. */
  readonly place: string;
  readonly userAgent: string;
  readonly personId: string | undefined;
}

/** Who was answered, and where. */
export interface Answered extends Pick<FailureNote, 'reference' | 'place' | 'userAgent' | 'personId'> {
  readonly log: Log;
}

export interface FailureDeps {
  /** Keeps the failure, so that its reference leads staff to it. Never throws. */
  readonly note: (failure: FailureNote) => void;
  /** Number of the incident that is open, if one is; that of this failure first. */
  readonly incidentOf: (failure: FailureNote) => number | undefined;
}

/** The one translator of failures of an app. */
export interface Failures {
  /** Writes the log line that the reference leads to, notes the failure, and gives the wire form. */
  describe(thrown: unknown, answered: Answered): Problem;
  /** Answers a request with a problem. */
  send(request: FastifyRequest, reply: FastifyReply, thrown: unknown): Promise<void>;
  /** Says whose request it is, so that a later failure of it is theirs. */
  belongsTo(request: FastifyRequest, personId: string): void;
}

/** The route of a request with its parameters as names; never the address itself, which people's names are part of. */
function placeOf({ method, routeOptions: { url } }: FastifyRequest): string {
  if (url === undefined) return `${method} (no such address)`;
  return `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`;
}

export function createFailures({ note, incidentOf }: FailureDeps): Failures {
  const people = new WeakMap<FastifyRequest, string>();

  function describe(thrown: unknown, { log, ...answered }: Answered): Problem {
    const error = toProblemError(thrown);
    const { code, cause } = error;
    const isFault = problems[code].tellStaff;
    const line = { reference: answered.reference, code, ...(cause === undefined ? {} : { err: cause }) };
    if (isFault) log.error(line, 'problem');
    else log.info(line, 'problem');
    const failure = { ...answered, code, isFault, error };
    note(failure);
    const incident = incidentOf(failure);
    return problemOf(code, answered.reference, {
      ...error.details,
      ...(incident === undefined ? {} : { incident }),
    });
  }

  return {
    describe,
    belongsTo(request, personId) {
      people.set(request, personId);
    },
    async send(request, reply, thrown) {
      const problem = describe(thrown, {
        reference: request.id,
        log: request.log,
        place: placeOf(request),
        userAgent: request.headers['user-agent'] ?? '',
        personId: people.get(request),
      });
      if (problem.retryAfterSeconds !== undefined)
        reply.header('retry-after', String(problem.retryAfterSeconds));
      await reply
        .code(problem.status)
        .header(referenceHeader, problem.reference)
        .header('cache-control', 'no-store')
        .type('application/problem+json; charset=utf-8')
        .send(JSON.stringify(problem));
    },
  };
}
