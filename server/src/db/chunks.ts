/** Long lists, cut for statements. */

/** Rows in one statement: far below the 32,766 parameters that SQLite takes. */
const rowsAtOnce = 500;

/** The list in pieces that fit a statement each, in order. */
export function* chunks<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += rowsAtOnce) yield list.slice(from, from + rowsAtOnce);
}
