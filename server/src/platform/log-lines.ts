/** The last lines of the log, kept in memory: what led to a failure, and failures that nobody was answered with. */

/** Lines kept; at ten lines a second, some minutes. */
const keptLines = 2_000;
/** Characters of a line that are kept; the longest are stacks. About 4 MB in all. */
const lineLength = 2_000;

export interface LogLines {
  add(line: string): void;
  /** Those that name the reference, oldest first. */
  of(reference: string, limit: number): string[];
  /** Calls the listener with every line of level error or above. */
  onError(listener: (line: string) => void): void;
}

/** Pino's levels `error` (50) and `fatal` (60). */
const isError = /"level":[56]0\b/;

export function createLogLines(): LogLines {
  const lines: string[] = [];
  let next = 0;
  let listener: ((line: string) => void) | undefined;
  return {
    add(line) {
      lines[next] = line.slice(0, lineLength).trimEnd();
      next = (next + 1) % keptLines;
      if (listener !== undefined && isError.test(line.slice(0, lineLength))) listener(line);
    },
    of(reference, limit) {
      const inOrder = [...lines.slice(next), ...lines.slice(0, next)];
      return inOrder.filter((line) => line.includes(reference)).slice(-limit);
    },
    onError(then) {
      listener = then;
    },
  };
}
