/** Roll-outs on an opened database, with sessions made by hand: no server, no browsers. */
import assert from 'node:assert/strict';
import { after, type TestContext } from 'node:test';
import type { RollOut, RollOutKind, RollOutsState } from '@slipmat/contract/roll-outs';
import { pino } from 'pino';
import { z } from 'zod';
import { type Database, openDatabase, type Storage } from '#server/db/open.ts';
import { type CookieNote, createRollOuts, type RollOuts } from '#server/features/roll-outs/index.ts';
import { policyRows, setWritten } from '#server/features/sessions/policy-book.ts';
import type { Random } from '#server/platform/random.ts';
import { createMemoryHub } from '#server/realtime/hub.ts';
import { createJournal } from '#server/realtime/journal.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { startPostgres } from './services/postgres.ts';
import { requireCommand } from './services/require-command.ts';
import { aFolder } from './start-app.ts';

export type NewStorage = (t: TestContext) => Promise<Storage>;

/** Name, why it is skipped, and how a fresh one is made. */
export type StorageCase = readonly [string, false | string, NewStorage];

/** SQLite and PostgreSQL; the latter is started once for the test file. */
export async function storages(): Promise<readonly StorageCase[]> {
  const skip = requireCommand('postgres');
  const postgres = skip === false ? await startPostgres({ after }) : undefined;
  return [
    ['SQLite', false, async (t) => ({ kind: 'sqlite', dataDir: await aFolder(t) })],
    [
      'PostgreSQL',
      skip,
      async () => {
        assert.ok(postgres);
        return { kind: 'postgres', url: await postgres.createDatabase() };
      },
    ],
  ];
}

/** A small generator with a seed (Park and Miller): numbers below `below`, and bytes. */
export function seeded(seed: number): Random & { below(limit: number): number } {
  let state = seed;
  const below = (limit: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  return { below, bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))) };
}

export const minute = 60_000;

export const userAgents = {
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0',
  chrome:
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36',
  safari:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 15_8 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Mobile/15E148 Safari/604.1',
  instagram:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/22F76 Instagram 390.0.0.28.85',
} as const;

const LogLine = z.looseObject({ level: z.number(), msg: z.string().optional() });

export interface Process {
  readonly rollOuts: RollOuts;
  readonly db: Database;
  /** What it logged. */
  readonly log: readonly z.infer<typeof LogLine>[];
  /** How often it told the other processes. */
  announced(): number;
  /** What the server stopped by itself. */
  readonly stops: readonly { readonly kind: string; readonly reason: string | null }[];
  note(note: CookieNote): Promise<void>;
}

export interface RollOutHouse extends Process {
  readonly clock: FakeClock;
  readonly random: ReturnType<typeof seeded>;
  readonly storage: Storage;
  /** Ids of signed-in sessions. */
  readonly sessions: readonly string[];
  /** Another process; with a connection of its own where the database allows that within one process. */
  second(): Promise<Process>;
}

export interface HouseOptions {
  readonly sessions?: number;
  readonly csrfByRollOut?: boolean;
  /** True: browsers get all that the settings want, so that there is nothing to roll out. */
  readonly settled?: boolean;
}

async function addSessions(db: Database, now: number, count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, index) => `session-${index}`);
  await db.write(async (trx) => {
    const person = { id: 'p', handle: 'p', email: 'p@example.com', display_name: 'P', password_hash: '' };
    await trx
      .insertInto('people')
      .values({ ...person, created_at: now })
      .execute();
    for (const id of ids) {
      await trx
        .insertInto('sessions')
        .values({
          id,
          person_id: 'p',
          created_at: now,
          last_seen_at: now,
          idle_expires_at: now + 1,
          absolute_expires_at: now + 1,
          device_label: '',
          network: '',
        })
        .execute();
    }
  });
  return ids;
}

async function addPolicies(db: Database, now: number, settled: boolean): Promise<void> {
  const old = { version: 1, name: '__Host-slipmat', domain: null, secure: 1, declared_at: now };
  const wished = { version: 2, name: '__Secure-slipmat-2', domain: 'radio.example', secure: 1 };
  await db.write((trx) =>
    trx
      .insertInto('cookie_policies')
      .values([
        { ...old, written_from: now, written_until: settled ? now : null },
        { ...wished, declared_at: now, written_from: settled ? now : null, written_until: null },
      ])
      .execute(),
  );
}

/** A site whose settings want a second policy that no browser has yet. */
export async function aRollOutHouse(
  t: TestContext,
  newStorage: NewStorage,
  options: HouseOptions = {},
): Promise<RollOutHouse> {
  const storage = await newStorage(t);
  const clock = createFakeClock();
  const random = seeded(4711);

  async function open(): Promise<Database> {
    const db = openDatabase(storage, pino({ level: 'silent' }));
    t.after(() => db.close());
    await db.migrate();
    return db;
  }

  async function start(db: Database): Promise<Process> {
    const log: z.infer<typeof LogLine>[] = [];
    const write = (line: string): void => {
      log.push(LogLine.parse(JSON.parse(line)));
    };
    let announced = 0;
    const stops: { readonly kind: string; readonly reason: string | null }[] = [];
    const rollOuts = createRollOuts({
      db,
      clock,
      random,
      log: pino({ level: 'debug', base: null }, { write }),
      journal: createJournal(createMemoryHub()),
      policyRows,
      setWritten,
      wish: { domain: 'radio.example', secure: true },
      csrfByRollOut: options.csrfByRollOut ?? false,
      audit: async (trx, { actorId, act, detail }) => {
        const id = random.bytes(8).toString('hex');
        const entry = { id, at: clock.now(), actor_id: actorId, act, subject_id: null };
        await trx
          .insertInto('audit_log')
          .values({ ...entry, detail: JSON.stringify(detail) })
          .execute();
      },
      announceChanged: () => {
        announced += 1;
      },
      onStopped: async (_trx, afterCommit, kind, reason) => {
        afterCommit(() => stops.push({ kind, reason }));
      },
    });
    await rollOuts.load();
    const note = (cookie: CookieNote): Promise<void> => db.write((trx) => rollOuts.noteCookie(trx, cookie));
    return { rollOuts, db, log, note, announced: () => announced, stops };
  }

  const db = await open();
  await addPolicies(db, clock.now(), options.settled ?? false);
  const sessions = await addSessions(db, clock.now(), options.sessions ?? 60);
  const first = await start(db);
  // A second SQLite connection that waits for the lock would hold up the process that has it: here, this one.
  const second = async (): Promise<Process> => start(storage.kind === 'sqlite' ? db : await open());
  return { ...first, clock, random, storage, sessions, second };
}

/** The roll-out of a kind. */
export function rollOutOf(state: RollOutsState, kind: RollOutKind): RollOut {
  const found = state.rollOuts.find((one) => one.kind === kind);
  assert.ok(found, `${kind} is in the list`);
  return found;
}
