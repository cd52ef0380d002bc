/** The one way to not tell a person about an error. */

/** Silences kept for the console's reader; more only move the window. */
const keptSilences = 50;

export interface Silence {
  readonly error: unknown;
  readonly because: string;
}

const silences: Silence[] = [];
let total = 0;

/**
 * Takes an error that nobody needs to be told about.
 * @param because why that is right, for the person who reads the console.
 */
export function silence(error: unknown, because: string): void {
  total += 1;
  silences.push({ error, because });
  if (silences.length > keptSilences) silences.shift();
  console.debug('silenced', because, error);
}

/** How many errors were silenced since the page was opened, and the last of them. */
export function silenced(): { readonly total: number; readonly last: readonly Silence[] } {
  return { total, last: [...silences] };
}
