/** A problem as an exception, and the problems that the client finds by itself. */
import {
  type ClientProblemCode,
  type Problem,
  type ProblemCode,
  type ProblemDetails,
  problemFoundByClient,
} from '@slipmat/contract/problem';
import type { Random } from './clock.ts';

/** Thrown by everything that talks to the server; `problem` says what to show. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(`${problem.code} (${problem.reference}): ${problem.detail}`, options);
    this.problem = problem;
  }
}

const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
/** 31^8 is about 8·10^11: no two references of one Slipmat meet by chance. */
const referenceLength = 8;

/** A reference for a problem that no server named: `c-` and eight characters without look-alikes. */
export function clientReference(random: Random): string {
  let reference = 'c-';
  for (let index = 0; index < referenceLength; index += 1) {
    reference += alphabet.charAt(Math.floor(random() * alphabet.length));
  }
  return reference;
}

/** The incident that the server last said is open. */
let openIncident: number | undefined;

/** @param header as an answer of the server has it. */
export function noteIncident(header: string | null): void {
  openIncident = header === null ? undefined : Number(header);
}

/** A problem that the client found by itself; part of the open incident, as those of the server are. */
export function clientProblem(
  code: ClientProblemCode,
  random: Random,
  details: ProblemDetails = {},
): Problem {
  const incident = openIncident === undefined ? {} : { incident: openIncident };
  return problemFoundByClient(code, clientReference(random), { ...incident, ...details });
}

/** The problem behind anything that can be thrown; what is not a `ProblemError` is `page-broke`. */
export function problemFrom(failure: unknown, random: Random): Problem {
  return failure instanceof ProblemError ? failure.problem : clientProblem('page-broke', random);
}

/** Problems that pass by themselves, so that the page keeps trying. */
const passing: readonly ProblemCode[] = [
  'network-unreachable',
  'timed-out',
  'unexpected-answer',
  'storage-unavailable',
  'busy',
  'shutting-down',
];

/** True when trying again without the person doing anything may help. */
export function passesByItself(problem: Problem): boolean {
  return passing.some((code) => code === problem.code);
}

const unreached: readonly ProblemCode[] = ['network-unreachable', 'timed-out', 'unexpected-answer'];

/** True when the server itself was never reached. */
export function isUnreached(problem: Problem): boolean {
  return unreached.some((code) => code === problem.code);
}
