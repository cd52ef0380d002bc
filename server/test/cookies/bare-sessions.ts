/** Sessions without the server around them: no passwords, no roll-outs, and a clock of one's own. */
import { sharedSecret } from '#server/features/accounts/index.ts';
import { createSessions } from '#server/features/sessions/index.ts';
import { openPolicyBook } from '#server/features/sessions/policy-book.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { TestApp } from '../start-app.ts';

/** The sessions feature on the site's own database and secret, before any roll-out. */
export async function sessionsOf(site: TestApp, clock: Clock = site.deps.clock) {
  const { db, random, log } = site.deps;
  const wish = { domain: undefined, secure: true, host: 'slipmat.test', otherHosts: [] };
  return createSessions({
    db,
    clock,
    random,
    log,
    policies: (await openPolicyBook(db, clock, wish)).policies,
    otherHosts: [],
    secret: await sharedSecret(db, random),
    announceEnded: () => undefined,
    onCopied: async () => undefined,
    versionsFor: () => ({ base: 1, next: undefined, takesPart: false }),
    noteCookie: async () => undefined,
    notePolicyUse: () => undefined,
    foreign: undefined,
  });
}
