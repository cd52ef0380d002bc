/** A failure that has a row in the problem table; thrown by rules, translated once at the edge. */
import { type ProblemCode, type ProblemDetails, problems } from '@slipmat/contract/problems';

export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  /** @param options.cause what went wrong underneath; logged, never sent. */
  constructor(code: ProblemCode, details: ProblemDetails = {}, options: { cause?: unknown } = {}) {
    super(details.detail ?? problems[code].sentence, options);
    this.code = code;
    this.details = details;
  }
}
