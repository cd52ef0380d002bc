/** A site for attacks on every endpoint: who attacks, with what, and what must hold whenever it refuses. */
import assert from 'node:assert/strict';
import { type Capability, can, Group } from '@slipmat/contract/capabilities';
import type { Access, Endpoint } from '@slipmat/contract/endpoint';
import { type Problem, type ProblemCode, sharedProblems } from '@slipmat/contract/problems';
import { sql } from 'kysely';
import { anEvent } from './broadcasts.ts';
import type { Answered, Sent } from './exchange.ts';
import { aDj, aMember, anOwner, type Browser, type Person, pathOf, problemIn } from './people.ts';
import type { Owner } from './services/daemon.ts';
import { startApp } from './start-app.ts';

/** An id of nothing. */
export const someId = '01890a5d-ac96-774b-bcce-b302099a8057';

function groupsThatMay(capability: Capability): Group[] {
  return Group.options.filter((group) => can([group], capability));
}

export async function anAttackedSite(after: Owner) {
  const site = await startApp(after);
  const member = await aMember(site);
  const dj = await aDj(site);
  const owner = await anOwner(site);
  const { slug } = await anEvent(dj);
  const { db } = site.deps;

  /** Values that fit every path of the contract. */
  function params(): Record<string, string> {
    return {
      handle: member.handle,
      group: 'dj',
      id: someId,
      slug,
      kind: 'cookie',
      faultId: someId,
      reference: 'c-abcdefgh',
      number: '7',
    };
  }

  /** Everything that is stored, but for when people were last seen. */
  async function everything(): Promise<string> {
    const tables = await sql<{ name: string }>`
      select name from sqlite_master where type = 'table' and name not like 'kysely%' order by name`.execute(
      db.read,
    );
    const rows: unknown[] = [];
    for (const { name } of tables.rows) {
      const all = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(db.read);
      rows.push(all.rows.map(({ last_seen_at: _a, idle_expires_at: _b, first_seen_at: _c, ...row }) => row));
    }
    return JSON.stringify(rows);
  }

  return {
    site,
    member,
    owner,
    /** Of an event that can be seen. */
    slug,
    params,
    everything,
    /** Somebody signed in who may not, or undefined when everybody signed in may. */
    wrongPerson(access: Access): Person | undefined {
      if (typeof access === 'string') return undefined;
      return groupsThatMay(access.can).includes('member') ? undefined : member;
    },
    /** When everybody last gave their password; null: never. */
    async passwordsGiven(at: number | null): Promise<void> {
      await db.write(async (trx) => {
        await trx.updateTable('credentials').set({ authenticated_at: at }).execute();
      });
    },
    /** Sends it, and checks what must hold for every refusal: declared, well-formed, nothing changed. */
    async attack(
      browser: Browser,
      endpoint: Endpoint,
      sent: Partial<Sent>,
      code: ProblemCode,
    ): Promise<{ answered: Answered; problem: Problem }> {
      const before = await everything();
      const answered = await browser.fetch({
        method: endpoint.method,
        path: pathOf(endpoint, params()),
        ...sent,
      });
      const problem = problemIn(answered);
      assert.equal(problem.code, code, JSON.stringify(problem));
      assert.ok(
        [...endpoint.problems, ...sharedProblems].includes(problem.code),
        `${problem.code} is declared`,
      );
      assert.equal(answered.headers['cache-control'], 'no-store');
      assert.equal(await everything(), before, 'nothing changed');
      return { answered, problem };
    },
  };
}
