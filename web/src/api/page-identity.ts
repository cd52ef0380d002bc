/** The watch over this page's answers, and who wants to know when the session changes. */
import { createIdentityWatch } from './identity.ts';
import { problemCentre } from './problem-centre.ts';
import { clientProblem } from './problem-error.ts';

const listeners = new Set<() => void>();

/** Compares what HTTP answers and the socket say about who is asking. */
export const pageIdentity = createIdentityWatch({
  changed() {
    for (const listener of listeners) listener();
  },
  split() {
    problemCentre.report(clientProblem('session-split', Math.random), 'your sign-in');
  },
});

/** Calls the listener when the session changed without this page's doing; gives back what stops it. */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** `true` while this page itself ends the session, of which the socket then tells nothing new. */
export const leaving = { isNow: false };
