/** The DJ dashboard: read only, put together from what other features know. */

import { can } from '@slipmat/contract/capabilities';
import type { Attempt, Connection, DashboardState } from '@slipmat/contract/dashboard';
import type { Kysely } from 'kysely';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import type { TopicSource } from '#server/realtime/topics.ts';

type Read = Kysely<Tables>;

export interface DashboardDeps {
  readonly db: Database;
  readonly connectionOf: (read: Read, djId: string) => Promise<Connection>;
  readonly attemptsOf: (read: Read, djId: string) => Promise<Attempt[]>;
  /** Listeners of the event that the DJ is at now. */
  readonly listenersFor: (read: Read, djId: string) => Promise<number>;
}

const prefix = 'dashboard:';

export type Dashboard = ReturnType<typeof createDashboard>;

export function createDashboard({ db, connectionOf, attemptsOf, listenersFor }: DashboardDeps) {
  async function state(read: Read, djId: string): Promise<DashboardState> {
    return {
      connection: await connectionOf(read, djId),
      attempts: await attemptsOf(read, djId),
      listeners: await listenersFor(read, djId),
    };
  }

  const topic: TopicSource = {
    kind: 'dashboard',
    async keyFor(subject, who) {
      const isOwn = subject === '' && who.kind === 'signed-in' && can(who.person.groups, 'broadcast.send');
      return isOwn ? `${prefix}${who.person.id}` : undefined;
    },
    state: (read, key) => state(read, key.slice(prefix.length)),
  };

  return { topic, state: (djId: string) => db.snapshot((trx) => state(trx, djId)) };
}
