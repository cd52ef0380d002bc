/** Who is asking, put together: sessions, the roll-outs that change them, the old site's people, the gate. */
import type { Transaction } from 'kysely';
import type { Config } from './config.ts';
import type { AfterCommit } from './db/group-commit.ts';
import type { Tables } from './db/schema.ts';
import type { Deps } from './deps.ts';
import { sharedSecret } from './features/accounts/index.ts';
import { audit } from './features/accounts/store.ts';
import { type Adoption, type AdoptPerson, createAdoption } from './features/adoption/index.ts';
import { createGate } from './features/gate/index.ts';
import type { SystemDraft } from './features/notifications/index.ts';
import { createRollOuts } from './features/roll-outs/index.ts';
import { createSessions, type SessionsDeps } from './features/sessions/index.ts';
import type { CookieWish } from './features/sessions/policies.ts';
import { openPolicyBook, policyRows, setWritten } from './features/sessions/policy-book.ts';
import type { Failures } from './http/problem-handler.ts';
import { rollOutStopped, sessionCopied } from './own-notices.ts';
import { newId } from './platform/random.ts';
import type { Journal } from './realtime/journal.ts';

/** What is needed of the address that the house is seen at. */
export interface Shown {
  /** Such as https://radio.example; known once it listens. */
  readonly publicOrigin: () => string;
  readonly trustedOrigins: ReadonlySet<string>;
}

export interface IdentityWiring extends Shown {
  /** Tells every process that these sessions ended. */
  readonly announceEnded: (sessionIds: readonly string[]) => void;
  /** Has every process call `loadRollOuts`. */
  readonly announceRollOuts: () => void;
  readonly adoptPerson: AdoptPerson;
  /** Tells people something in Slipmat's own name. */
  readonly notify: (
    trx: Transaction<Tables>,
    afterCommit: AfterCommit,
    draft: SystemDraft,
  ) => Promise<unknown>;
  readonly failures: Failures;
}

/** The cookie that the settings ask for. */
function cookieWish({ publicUrl, cookieDomain, oldSites }: Config): CookieWish {
  const url = publicUrl ?? new URL('http://localhost');
  return {
    domain: cookieDomain,
    secure: url.protocol === 'https:',
    host: url.hostname,
    otherHosts: oldSites.map(({ origin }) => new URL(origin).hostname),
  };
}

/** The old site's sessions, where there are some to adopt. */
function foreignSessions({ django }: Config, adoption: Adoption | undefined): SessionsDeps['foreign'] {
  if (django?.sessions === undefined || adoption === undefined) return undefined;
  return {
    cookieName: django.sessionCookie,
    async adopt(value) {
      const adopted = await adoption.adoptSession(value);
      return 'refused' in adopted ? undefined : adopted;
    },
  };
}

/** @throws Error when the settings ask for a cookie that browsers would silently drop. */
export async function createIdentity(
  config: Config,
  deps: Deps & { readonly journal: Journal },
  wiring: IdentityWiring,
) {
  const { db, clock, random, log } = deps;
  const wish = cookieWish(config);
  const book = await openPolicyBook(db, clock, wish);
  const rollOuts = createRollOuts({
    ...deps,
    policyRows,
    setWritten,
    wish: { domain: wish.domain ?? null, secure: wish.secure },
    csrfByRollOut: config.csrfByRollOut,
    audit: (trx, entry) =>
      audit(trx, { id: newId(clock, random), at: clock.now(), subjectId: null, ...entry }),
    announceChanged: wiring.announceRollOuts,
    async onStopped(trx, afterCommit, kind, reason) {
      await wiring.notify(trx, afterCommit, rollOutStopped(kind, reason));
    },
  });
  await rollOuts.load();
  const { adoptPerson } = wiring;
  const adoption =
    config.django === undefined
      ? undefined
      : createAdoption({ db, clock, log, settings: config.django, adoptPerson });
  const sessions = createSessions({
    ...deps,
    policies: book.policies,
    otherHosts: wish.otherHosts,
    versionsFor: rollOuts.versionsFor,
    noteCookie: rollOuts.noteCookie,
    notePolicyUse: rollOuts.notePolicyUse,
    foreign: foreignSessions(config, adoption),
    secret: await sharedSecret(db, random),
    announceEnded: wiring.announceEnded,
    async onCopied(trx, afterCommit, { handle }) {
      await wiring.notify(trx, afterCommit, sessionCopied(handle));
    },
  });
  const gate = createGate({
    ...deps,
    identify: sessions.identify,
    issuer: wiring.publicOrigin,
    failures: wiring.failures,
    audiences: config.oldSites.map(({ origin }) => origin),
    trustedOrigins: wiring.trustedOrigins,
    judgeCsrf: rollOuts.judgeCsrf,
    isCsrfStaged: config.csrfByRollOut,
    foreignIdOf: async (personId) => adoption?.foreignIdOf(personId),
  });
  return {
    sessions,
    rollOuts,
    adoption,
    gate,
    /** Policies first: where a roll-out stands is told by them. */
    async loadRollOuts(): Promise<void> {
      await book.load();
      await rollOuts.load();
    },
  };
}
