/** How much may be sent, counted for all processes together: a token bucket that is a row. */
import type { Transaction } from 'kysely';
import type { Tables } from './schema.ts';

/** Seconds of its rate that a budget saves up while nothing is sent. */
const burstSeconds = 10;

/**
 * Takes up to `wanted` tokens. The row stays locked until the transaction ends, so that processes take turns.
 * @param now milliseconds since 1970.
 * @returns how many were there.
 */
export async function takeBudget(
  trx: Transaction<Tables>,
  name: string,
  { perMinute, wanted, now }: { readonly perMinute: number; readonly wanted: number; readonly now: number },
): Promise<number> {
  const burst = Math.max(1, Math.floor((perMinute * burstSeconds) / 60)) * 1_000;
  const row = await trx
    .insertInto('channel_budgets')
    .values({ name, milli_tokens: burst, at: now })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ name }))
    .returning(['milli_tokens', 'at'])
    .executeTakeFirstOrThrow();
  const refilled = row.milli_tokens + Math.floor((Math.max(0, now - row.at) * perMinute) / 60);
  const tokens = Math.min(burst, refilled);
  const taken = Math.min(wanted, Math.floor(tokens / 1_000));
  await trx
    .updateTable('channel_budgets')
    .set({ milli_tokens: tokens - taken * 1_000, at: Math.max(now, row.at) })
    .where('name', '=', name)
    .execute();
  return taken;
}
