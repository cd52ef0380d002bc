/** The whole server over SQLite and over PostgreSQL: what a suite says of one holds for the other. */
import assert from 'node:assert/strict';
import { after, type TestContext } from 'node:test';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { startPostgres } from './services/postgres.ts';
import { requireCommand } from './services/require-command.ts';
import { type StartOptions, startApp, type TestApp } from './start-app.ts';

export interface Started {
  readonly clock: FakeClock;
  readonly site: TestApp;
}

export interface TestDatabase {
  readonly name: string;
  /** Why it cannot be had here. */
  readonly skip: false | string;
  /** Starts a server on an empty database of its own. */
  readonly start: (
    t: TestContext,
    environment?: Readonly<Record<string, string>>,
    options?: Pick<StartOptions, 'random'>,
  ) => Promise<Started>;
}

async function begin(
  t: TestContext,
  environment: Readonly<Record<string, string>>,
  options: Pick<StartOptions, 'random'>,
): Promise<Started> {
  const clock = createFakeClock();
  return { clock, site: await startApp(t, { ...options, clock, environment }) };
}

/** For `describe`, once for each. */
export async function eachDatabase(): Promise<readonly TestDatabase[]> {
  const skip = requireCommand('postgres');
  const postgres = skip === false ? await startPostgres({ after }) : undefined;
  return [
    {
      name: 'SQLite',
      skip: false,
      start: (t, environment = {}, options = {}) => begin(t, environment, options),
    },
    {
      name: 'PostgreSQL',
      skip,
      async start(t, environment = {}, options = {}) {
        assert.ok(postgres, 'no PostgreSQL');
        return begin(t, { DATABASE_URL: await postgres.createDatabase(), ...environment }, options);
      },
    },
  ];
}
