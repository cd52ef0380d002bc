/**
 * The list of cookie policies as it is kept in the database, so that no change of settings can lose one. Settings
 * are a wish: a scope that no policy has yet is declared at start, and reaches browsers by a roll-out.
 */
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import type { Clock } from '#server/platform/clock.ts';
import { keepNewest } from '#server/platform/newest.ts';
import {
  type CookiePolicy,
  type CookieWish,
  declarePolicy,
  isWritten,
  policyMistakes,
  policyName,
} from './policies.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

/** A policy as stored. */
export interface PolicyRow {
  readonly version: number;
  readonly name: string;
  /** Null: host only. */
  readonly domain: string | null;
  readonly secure: boolean;
  readonly declaredAt: number;
  readonly writtenFrom: number | null;
  readonly writtenUntil: number | null;
}

/** Every policy ever used, oldest first. */
export async function policyRows(read: Read): Promise<PolicyRow[]> {
  const rows = await read.selectFrom('cookie_policies').selectAll().orderBy('version').execute();
  return rows.map((row) => ({
    version: row.version,
    name: row.name,
    domain: row.domain,
    secure: row.secure === 1,
    declaredAt: row.declared_at,
    writtenFrom: row.written_from,
    writtenUntil: row.written_until,
  }));
}

/** Changes when a policy is written. `from` undefined leaves it as it is; `until` null: still written. */
export async function setWritten(
  trx: Trx,
  version: number,
  { from, until }: { readonly from?: number | undefined; readonly until: number | null },
): Promise<void> {
  await trx
    .updateTable('cookie_policies')
    .set({ written_until: until, ...(from === undefined ? {} : { written_from: from }) })
    .where('version', '=', version)
    .execute();
}

async function declare(
  trx: Trx,
  version: number,
  wish: CookieWish,
  now: number,
  from: number | null,
): Promise<void> {
  const domain = wish.domain ?? null;
  await trx
    .insertInto('cookie_policies')
    .values({
      version,
      name: policyName(version, domain, wish.secure),
      domain,
      secure: wish.secure ? 1 : 0,
      declared_at: now,
      written_from: from,
      written_until: null,
    })
    // Of two processes that declare it at the same moment, one may see the version taken, or the name.
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The first policy: what browsers hold already when there were sessions before the list, otherwise the wish. */
async function begin(trx: Trx, wish: CookieWish, now: number): Promise<void> {
  const anySession = await trx.selectFrom('sessions').select('id').limit(1).executeTakeFirst();
  const first = anySession === undefined ? wish : { ...wish, domain: undefined };
  await declare(trx, 1, first, now, now);
}

/** Brings the list in line with the wish, within one transaction. */
async function follow(trx: Trx, wish: CookieWish, now: number): Promise<void> {
  if ((await policyRows(trx)).length === 0) await begin(trx, wish, now);
  const rows = await policyRows(trx);
  const last = rows.at(-1);
  const same = (row: PolicyRow): boolean =>
    row.domain === (wish.domain ?? null) && row.secure === wish.secure;
  const wished = rows.find(same);
  const version = wished?.version ?? (last?.version ?? 0) + 1;
  if (wished === undefined) await declare(trx, version, wish, now, null);
  const written = rows.filter((row) => row.writtenFrom !== null && row.writtenUntil === null);
  if (written.some((row) => row.secure === wish.secure)) return;
  // Browsers know an address with another scheme as another site: none holds a cookie for the new one.
  for (const row of written) await setWritten(trx, row.version, { until: now });
  await setWritten(trx, version, { from: now, until: null });
}

export interface PolicyBook {
  /** Every policy known to this process, oldest first. */
  policies(): readonly CookiePolicy[];
  /** Reads the list anew: a process with other settings may have declared a policy since. */
  load(): Promise<void>;
}

/**
 * The policies of this site.
 * @throws Error when one that is or may come to be written is one that browsers would silently drop.
 */
export async function openPolicyBook(db: Database, clock: Clock, wish: CookieWish): Promise<PolicyBook> {
  let policies: readonly CookiePolicy[] = [];
  const toPolicy = (row: PolicyRow): CookiePolicy => ({
    ...declarePolicy(row.version, { ...wish, domain: row.domain ?? undefined, secure: row.secure }),
    name: row.name,
    from: row.writtenFrom,
    until: row.writtenUntil,
  });

  const load = keepNewest(
    () => policyRows(db.read),
    (rows) => {
      policies = rows.map(toPolicy);
    },
  );

  await db.write((trx) => follow(trx, wish, clock.now()));
  await load();
  const wished = policies.find(
    ({ scope, secure }) =>
      (scope.kind === 'domain' ? scope.domain : undefined) === wish.domain && secure === wish.secure,
  );
  const mistakes = policies
    .filter((policy) => isWritten(policy) || policy === wished)
    .flatMap((policy) => policyMistakes(policy, wish.secure));
  if (mistakes.length > 0)
    throw new Error(`cookie policies that browsers would drop: ${mistakes.join('; ')}`);
  return { policies: () => policies, load };
}
