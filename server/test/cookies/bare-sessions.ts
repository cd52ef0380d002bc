/** Sessions without the server around them: no passwords, no roll-outs, and a clock of one's own. */
import { sharedSecret } from '#server/features/accounts/index.ts';
import { createSessions, type SessionsDeps } from '#server/features/sessions/index.ts';
import { openPolicyBook } from '#server/features/sessions/policy-book.ts';
import type { TestApp } from '../start-app.ts';

/** A request of a browser without cookies. */
export const asker = {
  cookieHeader: undefined,
  userAgent: 'test',
  address: '192.0.2.1',
  host: 'slipmat.test',
  path: '/',
  isBrowserVisit: true,
} as const;

/** The sessions feature on the site's own database and secret, before any roll-out. @param parts other than the site's. */
export async function sessionsOf(
  site: TestApp,
  parts: Partial<Pick<SessionsDeps, 'clock' | 'random' | 'foreign'>> = {},
) {
  const { db, log } = site.deps;
  const { clock = site.deps.clock, random = site.deps.random, foreign } = parts;
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
    foreign,
  });
}
