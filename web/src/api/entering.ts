/** Signing in, signing up and setting up: acts after which the browser is somebody else. */
import type { Endpoint } from '@slipmat/contract/endpoint';
import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import { type CallInput, perform } from './client.ts';
import { identityChanged, identityChanges } from './me.ts';
import { problemCentre } from './problem-centre.ts';
import type { ProblemError } from './problem-error.ts';

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
