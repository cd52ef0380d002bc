/** What a measurement found: printed as a table and, with `--save`, committed under results/ and in the README. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export interface Options {
  /** A few seconds with few connections: shows that it runs, not how it performs. */
  readonly isQuick: boolean;
  /** Keep the result. */
  readonly isSaved: boolean;
}

/** The command line that every measurement takes. */
export function readOptions(): Options {
  const options = {
    quick: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  } as const;
  const { values } = parseArgs({ options });
  return { isQuick: values.quick, isSaved: values.save };
}

/** The machine, and how busy it was with other things before the measurement began. */
export function conditions(): Readonly<Record<string, unknown>> {
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.versions.node,
    network: 'loopback',
    loadAverageBefore: loadavg().map((value) => Number(value.toFixed(2))),
  };
}

/** The first line that a program says about its version; such as `ffmpeg -version`. */
export function versionOf(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8' }).split('\n')[0]?.trim() ?? '';
}

export interface Result {
  /** The measurement's file name without its ending. */
  readonly name: string;
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly figures: unknown;
  /** Lines of a Markdown table. */
  readonly table: readonly string[];
}

export function row(...cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A table's head and its rule: the first column is text, the others are numbers. */
export function head(first: string, ...others: readonly string[]): string[] {
  return [row(first, ...others), `|---|${others.map(() => '---:|').join('')}`];
}

/** Prints the result, and keeps it where asked to. */
export function finish(result: Result, { isQuick, isSaved }: Options): void {
  const { name, table, ...rest } = result;
  const isNote = isQuick ? '\n(quick run: these figures mean nothing)' : '';
  process.stdout.write(`\n${table.join('\n')}\n${isNote}\n`);
  if (!isSaved || isQuick) return;
  writeFileSync(
    fileURLToPath(new URL(`../results/${name}.json`, import.meta.url)),
    `${JSON.stringify({ name, ...rest }, null, 2)}\n`,
  );
  const page = fileURLToPath(new URL('../README.md', import.meta.url));
  const begin = `<!-- result of ${name} -->`;
  const end = `<!-- end of ${name} -->`;
  const [before, after] = readFileSync(page, 'utf8').split(new RegExp(`${begin}[\\s\\S]*${end}`));
  if (before === undefined || after === undefined) throw new Error(`README.md has no place for ${name}`);
  const { date, cpu, cores, kernel, node, loadAverageBefore } = rest.conditions;
  const when = `${String(date).slice(0, 10)}, ${cores} × ${cpu}, Linux ${kernel}, Node ${node}, load average before ${String(loadAverageBefore)}`;
  writeFileSync(page, `${before}${begin}\n\n${table.join('\n')}\n\n${when}\n\n${end}${after}`);
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
