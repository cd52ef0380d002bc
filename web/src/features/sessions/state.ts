/** Who is signed in, as every part of the page asks. */
import { type Capability, can } from '@slipmat/contract/capabilities';
import type { Endpoint } from '@slipmat/contract/endpoint';
import { type Me, sessionsEndpoints } from '@slipmat/contract/sessions';
import { type UseMutationResult, type UseQueryResult, useMutation, useQuery } from '@tanstack/react-query';
import { type CallInput, call, perform, setCsrfToken } from '../../api/client.ts';
import { pageIdentity } from '../../api/page-identity.ts';
import { problemCentre } from '../../api/problem-centre.ts';
import type { ProblemError } from '../../api/problem-error.ts';
import { askAllAgain, keyOf, queries } from '../../api/queries.ts';
import { realtime } from '../../api/socket.ts';

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

/** True when the signed-in person has the capability; undefined while it is not known yet. */
export function useCan(capability: Capability): boolean | undefined {
  const { data } = useMe();
  return data === undefined ? undefined : can(data.account?.groups ?? [], capability);
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

/**
 * What came of it. `refused`: the server signed the person in, and the browser did not keep the cookie.
 * `unknown`: it could not be asked afterwards.
 */
export type Entered = 'kept' | 'refused' | 'unknown';

/** Performs the endpoint, asks everything again, and says whether the browser kept the sign-in. */
export function useEntering<const E extends Endpoint>(
  endpoint: E,
  where: string,
): UseMutationResult<Entered, ProblemError, CallInput<E>> {
  return useMutation<Entered, ProblemError, CallInput<E>>({
    mutationFn: async (input) => {
      identityChanges();
      await perform(endpoint, input);
      try {
        const me = await identityChanged();
        return me.account === null ? 'refused' : 'kept';
      } catch (failure) {
        problemCentre.report(failure, where);
        return 'unknown';
      }
    },
    meta: { where, shown: true },
  });
}

export { returnPath, signInPath, signUpPath } from './return-path.ts';
