/**
 * Runs test files with Node's own test runner: `node test-suite.ts [files, folders or globs]`.
 *
 * Without arguments: everything beside the code and in server/test first, then the journeys of e2e/. Both go
 * through one reporter, so that there is one list of failures and one summary, which comes last.
 * `--test-name-pattern <regular expression>` runs only the tests with such a name.
 */
import { once } from 'node:events';
import { globSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { run } from 'node:test';
import { spec, type TestEvent } from 'node:test/reporters';
import { parseArgs } from 'node:util';

type Phase = { readonly patterns: readonly string[]; readonly concurrency: number };

/** Longer than any honest file takes on a slow machine. A hung one ends, and fails, instead of the run hanging. */
const FILE_TIMEOUT_MS = 15 * 60_000;

const PHASES: readonly Phase[] = [
  {
    patterns: ['contract/**/*.test.ts', 'server/**/*.test.ts', 'web/src/**/*.test.ts', 'tools/**/*.test.ts'],
    concurrency: availableParallelism(),
  },
  // A journey drives a browser, an encoder and a server at once: two at a time need four cores.
  { patterns: ['e2e/**/*.test.ts'], concurrency: Math.max(1, Math.floor(availableParallelism() / 2)) },
];

/** The totals that Node's runner reports as diagnostics at the end of a run; here they are added up over the phases. */
const TOTAL = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) ([\d.]+)$/;

/** One reporter over several runs, which would each print totals of their own. */
class SuiteReport {
  readonly #spec = new spec();
  readonly #totals = new Map<string, number>();
  #lastSummary: TestEvent | undefined;
  #failed = false;

  constructor() {
    this.#spec.pipe(process.stdout);
  }

  /** Takes in one event; waits when the terminal is slower than the tests. */
  async add(event: TestEvent): Promise<void> {
    if (event.type === 'test:fail' && event.data.todo === undefined) this.#failed = true;
    if (event.type === 'test:summary' && event.data.file === undefined) {
      this.#lastSummary = event;
      if (!event.data.success) this.#failed = true;
      return;
    }
    const total =
      event.type === 'test:diagnostic' && event.data.nesting === 0 ? TOTAL.exec(event.data.message) : null;
    if (total) {
      const [, name = '', value] = total;
      this.#totals.set(name, (this.#totals.get(name) ?? 0) + Number(value));
      return;
    }
    await this.#write(event);
  }

  /** Prints the failures and then the totals. Returns whether there were tests and all of them passed. */
  async end(): Promise<boolean> {
    if (this.#lastSummary) await this.#write(this.#lastSummary);
    this.#spec.end();
    await once(this.#spec, 'end');
    for (const [name, value] of this.#totals) process.stdout.write(`ℹ ${name} ${Number(value.toFixed(3))}\n`);
    return !this.#failed && (this.#totals.get('tests') ?? 0) > 0;
  }

  async #write(event: TestEvent): Promise<void> {
    if (!this.#spec.write(event)) await once(this.#spec, 'drain');
  }
}

/** Test files matched by paths, folders or globs, sorted. */
function filesOf(patterns: readonly string[]): string[] {
  const globs = patterns.map((pattern) =>
    isFolder(pattern) ? `${pattern.replace(/\/+$/, '')}/**/*.test.ts` : pattern,
  );
  return globSync(globs, { exclude: ['**/node_modules/**'] })
    .map((file) => resolve(file))
    .sort();
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** An abort signal that fires when this process is asked to stop, so that the test files' processes stop too. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'test-name-pattern': { type: 'string', multiple: true, default: [] } },
  });
  const phases =
    positionals.length > 0 ? [{ patterns: positionals, concurrency: availableParallelism() }] : PHASES;
  const report = new SuiteReport();
  const signal = stopSignal();
  for (const { patterns, concurrency } of phases) {
    const files = filesOf(patterns);
    if (files.length === 0) {
      process.stdout.write(`No test file matches ${patterns.join(' ')}\n`);
      continue;
    }
    const testNamePatterns = values['test-name-pattern'];
    const stream = run({ files, concurrency, timeout: FILE_TIMEOUT_MS, signal, testNamePatterns });
    for await (const event of stream as AsyncIterable<TestEvent>) await report.add(event);
  }
  return (await report.end()) && !signal.aborted;
}

process.exitCode = (await main()) ? 0 : 1;
