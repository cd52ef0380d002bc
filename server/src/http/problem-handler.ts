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

/** Writes the log line that the reference leads to, and gives the wire form. */
export function describeFailure(thrown: unknown, reference: string, log: Log): Problem {
  const error = toProblemError(thrown);
  const line = { reference, code: error.code, ...(error.cause === undefined ? {} : { err: error.cause }) };
  if (problems[error.code].tellStaff) log.error(line, 'problem');
  else log.info(line, 'problem');
  return problemOf(error.code, reference, error.details);
}

/** Answers a request with a problem. */
export async function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
): Promise<void> {
  const problem = describeFailure(thrown, request.id, request.log);
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', String(problem.retryAfterSeconds));
  await reply
    .code(problem.status)
    .header(referenceHeader, problem.reference)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem));
}
