/**
 * A failure whose message says everything the reader needs, so that it is shown without a stack:
 * a missing program, a build that did not succeed, a wrong argument.
 */
export class PlainError extends Error {}
