/**
 * What follows when somebody else is asking: after signing in, up or out, and when the session ends without this page's
 * doing. Loaded once the page is there.
 */
import { type Me, sessionsEndpoints } from '@slipmat/contract/sessions';
import { askAllAgain, forgetAnswers } from './asking.ts';
import { call } from './client.ts';
import { askingMe } from './me.ts';
import { leaving, pageIdentity } from './page-identity.ts';
import { problemCentre } from './problem-centre.ts';
import { problemFrom } from './problem-error.ts';
import { realtime } from './socket.ts';

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
  const { data, error } = await askingMe.ask();
  if (error !== null) throw error;
  if (data === undefined) throw new Error('an answer without an error has data');
  problemCentre.clear('session-conflict', 'session-split');
  if (data.account !== null) problemCentre.clear('session-missing', 'session-expired', 'session-revoked');
  await askAllAgain();
  return data;
}

/**
 * Lets the server say, with a reference, what became of a session that is no more. When it cannot, that it is no more
 * is told all the same, and stays on screen until somebody signs in.
 */
async function tellEnd(): Promise<void> {
  try {
    // A question that only members may ask.
    await call(sessionsEndpoints.devices);
  } catch (failure) {
    const problem = problemFrom(failure, Math.random);
    const isSaid = problem.code.startsWith('session-');
    problemCentre.report(isSaid ? problem : { ...problem, ...signedOut }, 'your sign-in');
  }
}

const signedOut = {
  code: 'session-missing',
  title: 'Signed out',
  detail: 'You are signed out, and the server could not be asked why.',
  action: 'sign-in',
} as const;

/**
 * Asks everything again after the session changed without this page's doing, in another tab or by running out, and
 * tells somebody who was signed in and is not any more.
 */
export async function sessionChanged(): Promise<void> {
  const before = askingMe.state().data?.account ?? null;
  realtime.reset();
  await askAllAgain();
  if (before !== null && askingMe.state().data?.account === null) await tellEnd();
}

/**
 * Tells the person that the server ended the session of this page, and goes on as whoever is left.
 * @throws ProblemError when who that is cannot be known.
 */
export async function sessionEnded(): Promise<void> {
  identityChanges();
  // First, because asking who this is lets go of the dead cookie, and then only its absence could be told.
  await tellEnd();
  await identityChanged();
}

/**
 * Ends the session of this browser; call `identityChanged` after it.
 * @param act ends it; signs out unless said.
 */
export async function endSession(
  act: () => Promise<unknown> = () => call(sessionsEndpoints.signOut),
): Promise<void> {
  identityChanges();
  leaving.isNow = true;
  try {
    await act();
  } finally {
    leaving.isNow = false;
  }
}
