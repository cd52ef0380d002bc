/** Signing in, signing up and setting up: acts after which the browser is somebody else. */
import type { Endpoint } from '@slipmat/contract/endpoint';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import { type CallInput, call, perform } from './client.ts';
import { identityChanged, identityChanges } from './identity-change.ts';
import { problemCentre } from './problem-centre.ts';
import { clientProblem, type ProblemError } from './problem-error.ts';
import { silence } from './silence.ts';

/**
 * What came of it. `refused`: the server signed the person in, and the browser did not keep the cookie.
 * `unknown`: it could not be asked afterwards.
 */
export type Entered = 'kept' | 'refused' | 'unknown';

/** Has it counted that this kind of browser refuses the cookie; the form tells the person. */
async function reportNotKept(where: string): Promise<void> {
  problemCentre.report(clientProblem('session-not-kept', Math.random), where, { shown: true });
  try {
    await call(sessionsEndpoints.report, { body: { finding: 'not-kept' } });
  } catch (failure) {
    silence(failure, 'it is only counted, and the person is told anyway');
  }
}

/**
 * Performs the endpoint, asks everything again, and says whether the browser kept the sign-in.
 * @param otherwise what to try once more with when it did not.
 */
export function useEntering<const E extends Endpoint>(
  endpoint: E,
  where: string,
  otherwise?: (input: CallInput<E>) => CallInput<E>,
): UseMutationResult<Entered, ProblemError, CallInput<E>> {
  async function enter(input: CallInput<E>): Promise<boolean> {
    identityChanges();
    await perform(endpoint, input);
    return (await identityChanged()).account !== null;
  }

  return useMutation<Entered, ProblemError, CallInput<E>>({
    mutationFn: async (input) => {
      identityChanges();
      await perform(endpoint, input);
      try {
        const me = await identityChanged();
        if (me.account !== null) return 'kept';
        if (otherwise !== undefined && (await enter(otherwise(input)))) return 'kept';
        await reportNotKept(where);
        return 'refused';
      } catch (failure) {
        problemCentre.report(failure, where);
        return 'unknown';
      }
    },
    meta: { where, shown: true },
  });
}
