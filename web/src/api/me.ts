/** Who this browser is to the server, and what follows when that changes. */
import { type Me, sessionsEndpoints } from '@slipmat/contract/sessions';
import { type Asked, askAllAgain, createAsking, forgetAnswers } from './asking.ts';
import { call, setCsrfToken } from './client.ts';
import { pageIdentity } from './page-identity.ts';
import { problemCentre } from './problem-centre.ts';
import { realtime } from './socket.ts';
import { useAsked } from './use-asked.ts';

const asking = createAsking<Me>({
  async ask() {
    const me = await call(sessionsEndpoints.me);
    setCsrfToken(me.csrfToken);
    return me;
  },
  where: 'your account',
});

/** True while this page itself ends the session, of which the socket then tells nothing new. */
let isLeaving = false;

/** Who this browser is to the server; `data.account` is null for nobody. */
export function useMe(): Asked<Me> {
  return useAsked(asking);
}

/** Asks who this browser is, for whoever changed something about that account. */
export async function askMeAgain(): Promise<void> {
  await asking.ask();
}

/**
 * Call right before an act that signs in, up or out, and `identityChanged` after it: answers on their way were
 * given to somebody else.
 */
export function identityChanges(): void {
  pageIdentity.reset();
}

/**
 * Asks everything again as whoever is signed in now, socket included. Gives who that is.
 * @throws ProblemError when that cannot be known.
 */
export async function identityChanged(): Promise<Me> {
  pageIdentity.reset();
  realtime.reset();
  forgetAnswers();
  const { data, error } = await asking.ask();
  if (error !== null) throw error;
  if (data === undefined) throw new Error('an answer without an error has data');
  if (data.account !== null) problemCentre.clear('session-missing', 'session-expired', 'session-revoked');
  await askAllAgain();
  return data;
}

/** Asks everything again after the session changed without this page's doing, in another tab or by running out. */
export async function sessionChanged(): Promise<void> {
  realtime.reset();
  await askAllAgain();
}

/**
 * Tells the person that the server ended the session of this page, and goes on as whoever is left.
 * @throws ProblemError when who that is cannot be known.
 */
export async function sessionEnded(): Promise<void> {
  if (isLeaving) return;
  identityChanges();
  try {
    // A question that only members may ask: its refusal says, with a reference, what became of the session. It
    // comes first, because asking who this is lets go of the dead cookie.
    await call(sessionsEndpoints.devices);
  } catch (failure) {
    problemCentre.report(failure, 'your sign-in');
  }
  await identityChanged();
}

/** Ends the session of this browser; call `identityChanged` after it. */
export async function endSession(): Promise<void> {
  identityChanges();
  isLeaving = true;
  try {
    await call(sessionsEndpoints.signOut);
  } finally {
    isLeaving = false;
  }
}

/** Signs this browser out of whatever it is signed in to, so that a person can start over. */
export async function repairSession(): Promise<void> {
  await endSession();
  await identityChanged();
}
