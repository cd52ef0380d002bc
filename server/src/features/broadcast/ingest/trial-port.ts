/** A source port for tests, with a house that writes down what it is told, and a bare client. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../audio/clock.ts';
import type { Frame } from '../audio/cutter.ts';
import type { FormatWarning } from '../audio/sniff.ts';
import type { TrackTitle } from '../audio/track-title.ts';
import type {
  Admission,
  Authentication,
  AuthenticationAttempt,
  IngestHooks,
  RefusalRecord,
  SourceCandidate,
  SourceEnd,
} from './hooks.ts';
import type { IngestLimits } from './limits.ts';
import { createIngestServer, type IngestServer, type TlsMaterial } from './server.ts';
import type { StatusSource } from './status.ts';

export interface TrialDj {
  readonly id: string;
}

export interface TrialSource {
  readonly candidate: SourceCandidate<TrialDj>;
  readonly frames: Frame[];
  readonly titles: TrackTitle[];
  readonly warnings: FormatWarning[];
  readonly ends: SourceEnd[];
}

export interface TrialPort {
  readonly server: IngestServer;
  readonly port: number;
  readonly attempts: AuthenticationAttempt[];
  readonly sources: TrialSource[];
  readonly refusals: RefusalRecord<TrialDj>[];
  readonly titles: Array<{ readonly dj: string; readonly title: TrackTitle }>;
  /** Warnings and errors logged. */
  readonly complaints: string[];
  readonly client: () => Promise<TrialClient>;
}

export interface TrialOptions {
  readonly clock: Clock;
  readonly limits?: Partial<IngestLimits>;
  readonly tls?: TlsMaterial;
  readonly hooks?: Partial<IngestHooks<TrialDj>>;
  /** Decides over a candidate; accepts all without. */
  readonly admit?: (candidate: SourceCandidate<TrialDj>) => Admission | null | Promise<Admission | null>;
  readonly status?: readonly StatusSource[];
}

/** How long a condition may take on a loaded machine. */
const DEADLINE_MS = 60_000;

/** Waits until `condition` holds; fails after a deadline. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `waited in vain for: ${what}`);
    await pause(2);
  }
}

/** The key every trial DJ has. */
export const TRIAL_KEY = 'hackme';

async function knowsKey(attempt: AuthenticationAttempt): Promise<Authentication<TrialDj>> {
  if (attempt.mount === '/nobody') return { kind: 'unknown-mount' };
  if (attempt.key === 'down') return { kind: 'unavailable' };
  if (attempt.key !== TRIAL_KEY) return { kind: 'denied', reason: 'wrong-key' };
  return { kind: 'known', dj: { id: attempt.mount ?? 'by-key' } };
}

/** Starts a port on loopback that is closed after the test. DJs are known by their mount, their key is `TRIAL_KEY`. */
export async function startTrialPort(
  t: Pick<TestContext, 'after'>,
  options: TrialOptions,
): Promise<TrialPort> {
  const attempts: AuthenticationAttempt[] = [];
  const sources: TrialSource[] = [];
  const refusals: RefusalRecord<TrialDj>[] = [];
  const titles: Array<{ dj: string; title: TrackTitle }> = [];
  const complaints: string[] = [];

  async function admit(candidate: SourceCandidate<TrialDj>): Promise<Admission> {
    const decided = await options.admit?.(candidate);
    if (decided) return decided;
    const source: TrialSource = { candidate, frames: [], titles: [], warnings: [], ends: [] };
    sources.push(source);
    const sink = {
      frames: (frames: readonly Frame[]) => source.frames.push(...frames),
      title: (title: TrackTitle) => source.titles.push(title),
      warning: (warning: FormatWarning) => source.warnings.push(warning),
      closed: (end: SourceEnd) => source.ends.push(end),
    };
    return { kind: 'accepted', sink };
  }

  const complain = (fields: Record<string, unknown>, message: string) => {
    complaints.push(`${message} ${String(fields['err'] ?? '')}`);
  };
  const server = createIngestServer<TrialDj>({
    host: '127.0.0.1',
    port: 0,
    clock: options.clock,
    log: { info: () => undefined, warn: complain, error: complain },
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.tls ? { tls: options.tls } : {}),
    hooks: {
      async authenticate(attempt) {
        attempts.push(attempt);
        return knowsKey(attempt);
      },
      admit,
      async metadata(dj, title) {
        titles.push({ dj: dj.id, title });
      },
      refused: (record) => refusals.push(record),
      status: async () => ({ host: 'x.test', startedAt: options.clock.now(), sources: options.status ?? [] }),
      ...options.hooks,
    },
  });
  await server.listen();
  t.after(() => server.close());
  const port = server.port();
  const client = () => connectClient(t, port);
  return { server, port, attempts, sources, refusals, titles, complaints, client };
}

export interface TrialClient {
  readonly socket: Socket;
  readonly send: (bytes: string | Buffer) => void;
  /** Everything received so far. */
  readonly received: () => string;
  /** Waits for the end of a head (or more), and gives all that was received since the last call. */
  readonly answer: (pattern?: RegExp) => Promise<string>;
  readonly isClosed: () => boolean;
  /** Waits until the server has closed. */
  readonly closed: () => Promise<void>;
}

/** Wraps a connected socket. */
export function wrapClient(t: Pick<TestContext, 'after'>, socket: Socket): TrialClient {
  let all = '';
  let seen = 0;
  let isOver = false;
  socket.on('data', (bytes: Buffer) => {
    all += bytes.toString('latin1');
  });
  socket.on('end', () => {
    isOver = true;
  });
  socket.on('close', () => {
    isOver = true;
  });
  socket.on('error', () => {
    isOver = true;
  });
  t.after(() => {
    socket.destroy();
  });
  return {
    socket,
    send: (bytes) => socket.write(bytes),
    received: () => all,
    async answer(pattern = /\r\n\r\n/) {
      await until(
        () => pattern.test(all.slice(seen)) || isOver,
        `an answer like ${pattern}, got ${all.slice(seen)}`,
      );
      const answer = all.slice(seen);
      seen = all.length;
      return answer;
    },
    isClosed: () => isOver,
    closed: () => until(() => isOver, 'the end of the connection'),
  };
}

async function connectClient(t: Pick<TestContext, 'after'>, port: number): Promise<TrialClient> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return wrapClient(t, socket);
}

/** An Authorization header line. */
export function basic(user: string, key: string): string {
  return `Authorization: Basic ${Buffer.from(`${user}:${key}`).toString('base64')}\r\n`;
}
