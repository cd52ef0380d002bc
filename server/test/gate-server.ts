/**
 * The gate on a real server and database. Only who is asking is made up, so that the gate is tested by itself: the
 * cookie `who` names somebody, `anna`, `bert` and `carl` being known; two different ones are a conflict.
 */
import { pino } from 'pino';
import { z } from 'zod';
import { openDatabase, type Storage } from '#server/db/open.ts';
import { createGate, type Gate, type GateDeps } from '#server/features/gate/index.ts';
import { mountGate } from '#server/features/gate/routes.ts';
import { createFailures } from '#server/http/problem-handler.ts';
import { createHttp } from '#server/http/server.ts';
import type { Identified, Who } from '#server/http/who.ts';
import { type Clock, systemClock } from '#server/platform/clock.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { newSecret, systemRandom } from '#server/platform/random.ts';
import type { Owner } from './services/daemon.ts';
import { aFolder, type LogLine } from './start-app.ts';

export interface GateServer {
  /** Where it listens. */
  readonly address: string;
  readonly gate: Gate;
  /** What was logged, oldest first. */
  readonly log: readonly LogLine[];
  /** Stops it before its owner is over. Safe to call twice. */
  close(): Promise<void>;
}

export interface GateServerOptions {
  readonly clock?: Clock;
  /** Its own folder unless said; processes of one Slipmat share a storage. */
  readonly storage?: Storage;
  readonly audiences?: readonly string[];
  readonly judgeCsrf?: GateDeps['judgeCsrf'];
  /** A free one unless said. */
  readonly port?: number;
}

const Line = z.looseObject({ level: z.number(), msg: z.string().optional() });

export const issuer = 'https://radio.example';
export const oldSite = 'https://old.radio.example';

/** Ids of people, and on the old site of those who were adopted from there. */
export const people: Readonly<Record<string, { readonly id: string; readonly oldId?: string }>> = {
  anna: { id: '01890000-0000-7000-8000-000000000001', oldId: '1' },
  bert: { id: '01890000-0000-7000-8000-000000000002' },
  carl: { id: '01890000-0000-7000-8000-000000000003' },
};

/** Settings of the old site for this gate. */
export function gatedEnvironment(jwksUrl: string): Readonly<Record<string, string>> {
  return { GATE: 'on', SLIPMAT_ORIGIN: issuer, SLIPMAT_JWKS_URL: jwksUrl, SLIPMAT_AUDIENCE: oldSite };
}

function whoIs(cookieHeader: string | undefined): Who {
  const names = new Set(
    [...(cookieHeader ?? '').matchAll(/(?:^|; )who=([\w-]+)/g)].map(([, name]) => name ?? ''),
  );
  if (names.has('storage-down')) throw new ProblemError('storage-unavailable');
  if (names.size > 1) return { kind: 'conflict' };
  const [handle = ''] = names;
  const known = people[handle];
  if (known === undefined) return { kind: 'anonymous', reason: handle === '' ? 'no-cookie' : 'expired' };
  const person = { id: known.id, handle, displayName: handle, email: `${handle}@example.com` };
  return {
    kind: 'signed-in',
    person: { ...person, createdAt: 0, emailVerifiedAt: null, groups: ['member'], pausedGroups: [] },
    sessionId: `session of ${handle}`,
    authenticatedAt: null,
    csrfToken: `token of ${handle}`,
  };
}

async function identify({
  cookieHeader,
}: {
  readonly cookieHeader: string | undefined;
}): Promise<Identified> {
  const who = whoIs(cookieHeader);
  const session = who.kind === 'signed-in' ? `hash-${who.person.handle}` : 'none';
  return { who, session: who.kind === 'conflict' ? 'conflict' : session, cookieLines: async () => [] };
}

/** Starts a gate on loopback; it stops with its owner. */
export async function startGateServer(owner: Owner, options: GateServerOptions = {}): Promise<GateServer> {
  const lines: LogLine[] = [];
  const write = (line: string): void => {
    lines.push(Line.parse(JSON.parse(line)));
  };
  const log = pino({ level: 'info', base: null }, { write });
  const db = openDatabase(options.storage ?? { kind: 'sqlite', dataDir: await aFolder(owner) }, log);
  await db.migrate();
  const newReference = (): string => newSecret(systemRandom, 9);
  const failures = createFailures({ note: () => undefined, incidentOf: () => undefined });
  const http = createHttp({
    log,
    newReference,
    trustedProxies: ['loopback'],
    publicOrigin: () => issuer,
    askedOrigins: [],
    failures,
  });
  const gate = createGate({
    db,
    clock: options.clock ?? systemClock,
    random: systemRandom,
    log,
    failures,
    identify,
    issuer: () => issuer,
    audiences: options.audiences ?? [oldSite],
    trustedOrigins: new Set([issuer]),
    judgeCsrf: options.judgeCsrf ?? (({ code }) => (code === undefined ? 'pass' : 'refuse')),
    isCsrfStaged: options.judgeCsrf !== undefined,
    foreignIdOf: async (id) => Object.values(people).find((person) => person.id === id)?.oldId,
  });
  mountGate(http, gate);
  // The whole server takes handshakes at /realtime only, wherever they are asked for.
  http.server.on('upgrade', (_request, socket) => socket.destroy());
  const address = await http.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= http.close().then(() => db.close());
    return closing;
  };
  owner.after(close);
  return { address, gate, log: lines, close };
}
