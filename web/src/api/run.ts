/** Starting something asynchronous from an event handler. */
import { problemCentre } from './problem-centre.ts';

/**
 * Lets it run; its failure goes to the problem centre and floats.
 * @param where which part of the page it belongs to, in words for people.
 */
export function run(act: () => Promise<unknown>, where: string): void {
  act().catch((failure: unknown) => problemCentre.report(failure, where));
}
