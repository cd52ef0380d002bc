/** What was started ends in the opposite order, each with its end awaited. */
import type { Owner } from '../../server/test/services/daemon.ts';

export class Ends implements Owner {
  readonly #ends: (() => Promise<void>)[] = [];
  #running: Promise<void> | undefined;

  after(end: () => Promise<void>): void {
    this.#ends.unshift(end);
  }

  /** Ends everything; safe to call twice. What fails does not keep the rest from ending. @throws the first failure. */
  run(): Promise<void> {
    this.#running ??= this.#all();
    return this.#running;
  }

  async #all(): Promise<void> {
    const failures: unknown[] = [];
    for (const end of this.#ends) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
