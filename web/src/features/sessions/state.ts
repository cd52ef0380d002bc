/** Who is signed in, and signing in, as every part of the page uses it. */
import { type Capability, can } from '@slipmat/contract/capabilities';
import type { Endpoint } from '@slipmat/contract/endpoint';
import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import { type CallInput, perform } from '../../api/client.ts';
import { identityChanged, identityChanges, useMe } from '../../api/me.ts';
import { problemCentre } from '../../api/problem-centre.ts';
import type { ProblemError } from '../../api/problem-error.ts';

export { identityChanged, identityChanges, repairSession, sessionChanged, useMe } from '../../api/me.ts';
export { returnPath, signInPath, signUpPath } from '../../api/return-path.ts';

/** True when the signed-in person has the capability; undefined while it is not known yet. */
export function useCan(capability: Capability): boolean | undefined {
  const { data } = useMe();
  return data === undefined ? undefined : can(data.account?.groups ?? [], capability);
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
