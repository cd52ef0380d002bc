/** Drives `load/readers.c`: thousands of connections that read and throw away. */
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { runProgram, startProgram } from './programs.ts';
import { newFolder } from './slipmat.ts';

const source = fileURLToPath(new URL('../load/readers.c', import.meta.url));

const Report = z.object({
  /** Connections open and reading. */
  ready: z.number(),
  /** Connections that ended after they were ready, in total. */
  lost: z.number(),
  /** Connections that never got ready, in total. */
  refused: z.number(),
  /** The rest is since the last report: bytes of all, and of the connection that got fewest. */
  bytes: z.number(),
  leastBytes: z.number(),
  frames: z.number(),
  /** Time marks seen, and how old they were. */
  messages: z.number(),
  /** Connections that saw one. */
  reached: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  maxMs: z.number(),
});
export type ReadersReport = z.infer<typeof Report>;

export interface Readers {
  /** What was seen since the last report; begins a new one. */
  report(): Promise<ReadersReport>;
  /** Closes every connection. */
  stop(): Promise<void>;
}

export interface ReadersTarget {
  readonly port: number;
  readonly count: number;
  readonly path: string;
  /** For WebSockets: what to send first, and the text in the answer that says that a reader is attached. */
  readonly webSocket?: {
    readonly hello: string;
    readonly ready: string;
    /** A file with the Cookie header of each, one a line; for a server that calls itself http://localhost:<port>. */
    readonly cookieFile?: string;
  };
}

let compiled: Promise<string> | undefined;

async function compile(): Promise<string> {
  const program = join(newFolder(), 'readers');
  await runProgram('cc', ['-O2', '-Wall', '-Wextra', '-o', program, source]);
  return program;
}

/** Opens the connections. @throws when one of them is refused or lost. */
export async function openReaders(target: ReadersTarget): Promise<Readers> {
  compiled ??= compile();
  const { webSocket } = target;
  const args = [
    webSocket === undefined ? 'raw' : 'ws',
    String(target.port),
    String(target.count),
    target.path,
  ];
  if (webSocket !== undefined) {
    args.push(webSocket.hello, webSocket.ready);
    if (webSocket.cookieFile !== undefined) args.push(webSocket.cookieFile);
  }
  const { child, ready, stop } = await startProgram(await compiled, args, { until: /^\{.*\}$/m });
  const first = Report.parse(JSON.parse(ready[0]));
  if (first.ready < target.count) throw new Error(`of ${target.count} readers ${first.refused} were refused`);
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('readers without pipes');
  const lines = createInterface({ input: stdout });
  return {
    async report() {
      const answered = once(lines, 'line');
      stdin.write('r\n');
      const [line] = await answered;
      return Report.parse(JSON.parse(String(line)));
    },
    stop,
  };
}
