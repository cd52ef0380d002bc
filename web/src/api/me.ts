/** Who this browser is to the server, and what follows when that changes. */
import { type Me, sessionsEndpoints } from '@slipmat/contract/sessions';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { call, setCsrfToken } from './client.ts';
import { pageIdentity } from './page-identity.ts';
import type { ProblemError } from './problem-error.ts';
import { askAllAgain, keyOf, queries } from './queries.ts';
import { realtime } from './socket.ts';

const meQuery = {
  queryKey: keyOf(sessionsEndpoints.me),
  async queryFn({ signal }: { signal: AbortSignal }): Promise<Me> {
    const me = await call(sessionsEndpoints.me, { signal });
    setCsrfToken(me.csrfToken);
    return me;
  },
  meta: { where: 'your account', shown: true },
};

/** Who this browser is to the server; `data.account` is null for nobody. */
export function useMe(): UseQueryResult<Me, ProblemError> {
  return useQuery<Me, ProblemError>(meQuery);
}

/**
 * Call right before an act that signs in, up or out, and `identityChanged` after it: answers on their way were
 * given to somebody else.
 */
export function identityChanges(): void {
  pageIdentity.reset();
}

/** Asks everything again as whoever is signed in now, socket included. Gives who that is. */
export async function identityChanged(): Promise<Me> {
  pageIdentity.reset();
  realtime.reset();
  queries.removeQueries({ type: 'inactive' });
  const me = await queries.fetchQuery<Me, ProblemError>({ ...meQuery, staleTime: 0 });
  await askAllAgain();
  return me;
}

/** Asks everything again after the session changed without this page's doing, in another tab or by running out. */
export async function sessionChanged(): Promise<void> {
  realtime.reset();
  await askAllAgain();
}

/** Signs this browser out of whatever it is signed in to, so that a person can start over. */
export async function repairSession(): Promise<void> {
  identityChanges();
  await call(sessionsEndpoints.signOut);
  await identityChanged();
}
