/** Forgetting sessions that ended long ago, a bounded number at a time. */
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';

type Trx = Transaction<Tables>;

const day = 24 * 3_600_000;

/** Why a dead cookie signs nobody in is known, and told, for so long. Milliseconds. */
const remembered = 30 * day;
/** A session of the old site is adopted once, so its cookie is remembered for as long as a browser may keep it. */
const rememberedForeign = 400 * day;
/** Rows that one round deletes at most, so that no write holds up the others. */
const atOnce = 500;

function endedBefore(read: Kysely<Tables>, before: number) {
  return read
    .selectFrom('sessions as s')
    .select('s.id')
    .where((eb) => eb.or([eb('s.ended_at', '<', before), eb('s.absolute_expires_at', '<', before)]))
    .limit(atOnce);
}

/** @returns how many rows were deleted. */
export async function prune(trx: Trx, now: number): Promise<number> {
  const foreign = trx.selectFrom('credentials').select('session_id').where('policy', 'like', 'old:%');
  const own = await endedBefore(trx, now - remembered)
    .where('s.id', 'not in', foreign)
    .execute();
  const old = await endedBefore(trx, now - rememberedForeign).execute();
  const ids = [...new Set([...own, ...old].map(({ id }) => id))];
  if (ids.length > 0) await trx.deleteFrom('sessions').where('id', 'in', ids).execute();
  const replaced = await trx
    .selectFrom('credentials')
    .select('id')
    .where('grace_until', '<', now - remembered)
    .where('policy', 'not like', 'old:%')
    .limit(atOnce)
    .execute();
  const credentialIds = replaced.map(({ id }) => id);
  if (credentialIds.length > 0)
    await trx.deleteFrom('credentials').where('id', 'in', credentialIds).execute();
  return ids.length + credentialIds.length;
}
