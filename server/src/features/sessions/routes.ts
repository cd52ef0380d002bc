/** Signing in and out over HTTP, the list of devices, and finding out and mending who one is signed in as. */
import type { Finding, Service } from '@slipmat/contract/sessions';
import type { Call, Handlers } from '#server/http/mount.ts';
import type { RateLimit } from '#server/http/rate-limit.ts';
import { noSession, type SignedInPerson, toAccount, toPerson } from '#server/http/who.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import type { Sessions } from './index.ts';
import { limitSignIn } from './sign-in-limit.ts';

export interface SessionRoutesDeps {
  readonly sessions: Sessions;
  readonly rateLimit: RateLimit;
  /** The person behind a handle or e-mail address, whatever the password. */
  readonly findByLogin: (login: string) => Promise<{ readonly id: string } | undefined>;
  /**
   * The person when the password is right, as they were before it was compared; takes the same time when there is no
   * such person.
   */
  readonly checkPassword: (
    login: string,
    password: string,
  ) => Promise<(SignedInPerson & { readonly signedOutAt: number | null }) | undefined>;
  /** Whether it is the password of somebody who is signed in. @throws ProblemError `rate-limited` */
  readonly isPasswordOf: (person: SignedInPerson, password: string) => Promise<boolean>;
  /** Places that must agree about who a browser is. */
  readonly services: readonly Service[];
  /** Where else to ask who a browser is, when nobody is signed in. */
  readonly elsewhere: readonly string[];
  /** Counts what a page found about its own sign-in. */
  readonly noteFinding: (finding: Finding, userAgent: string) => Promise<void>;
}

export function sessionRoutes(deps: SessionRoutesDeps): Handlers<'sessions'> {
  return { ...signingHandlers(deps), ...deviceHandlers(deps), ...repairHandlers(deps) };
}

type Some<Names extends keyof Handlers<'sessions'>> = Pick<Handlers<'sessions'>, Names>;

function signingHandlers({
  sessions,
  rateLimit,
  ...deps
}: SessionRoutesDeps): Some<'signIn' | 'stepUp' | 'signOut' | 'signOutEverywhere' | 'me'> {
  return {
    async signIn({ body, asker, answerForSession }) {
      const { address } = asker;
      const known = await deps.findByLogin(body.login);
      const isKnownNetwork = known !== undefined && (await sessions.knowsNetwork(known.id, address));
      limitSignIn(rateLimit, { account: known?.id ?? body.login.toLowerCase(), address, isKnownNetwork });
      const person = await deps.checkPassword(body.login, body.password);
      if (person === undefined) throw new ProblemError('wrong-credentials');
      const fallBack = body.fallBack === true;
      const started = await sessions.start(person.id, {
        ...asker,
        signedOutAt: person.signedOutAt,
        fallBack,
      });
      answerForSession(started.session, started.cookieLines);
      return { account: toAccount(person) };
    },
    async stepUp({ body, asker, signedIn, answerForSession }) {
      const who = signedIn();
      if (!(await deps.isPasswordOf(who.person, body.password))) {
        const message =
          'This is not your password. If you forgot it, or never had one here, whoever runs this site can set one.';
        throw new ProblemError('wrong-credentials', { fields: [{ path: 'password', message }] });
      }
      const { session, cookieLines } = await sessions.stepUp(who, asker);
      answerForSession(session, cookieLines);
      return {};
    },
    async signOut({ asker, answerForSession }) {
      answerForSession(noSession, await sessions.signOut(asker.cookieHeader, asker));
      return {};
    },
    async signOutEverywhere({ asker, signedIn, answerForSession }) {
      const { person } = signedIn();
      answerForSession(noSession, await sessions.signOutEverywhere(person.id, asker.cookieHeader, asker));
      return {};
    },
    async me({ who }) {
      if (who.kind !== 'signed-in') {
        return {
          account: null,
          anonymous: who.kind === 'anonymous' ? who.reason : 'unknown',
          csrfToken: null,
          elsewhere: [...deps.elsewhere],
        };
      }
      return { account: toAccount(who.person), anonymous: null, csrfToken: who.csrfToken, elsewhere: [] };
    },
  };
}

function deviceHandlers({ sessions }: SessionRoutesDeps): Some<'devices' | 'endDevice' | 'endOtherDevices'> {
  return {
    async devices({ signedIn }) {
      return { devices: await sessions.devices(signedIn()) };
    },
    async endDevice({ params, signedIn }) {
      const devices = await sessions.devices(signedIn());
      if (!devices.some((device) => device.id === params.id)) throw new ProblemError('not-found');
      await sessions.end([params.id]);
      return {};
    },
    async endOtherDevices({ signedIn }) {
      const devices = await sessions.devices(signedIn());
      const others = devices.filter((device) => !device.current).map((device) => device.id);
      return { ended: await sessions.end(others) };
    },
  };
}

function repairHandlers({
  sessions,
  services,
  noteFinding,
}: SessionRoutesDeps): Some<'check' | 'conflict' | 'choose' | 'repair' | 'clearCookies' | 'report'> {
  /** Ends what the cookies prove, if they can be read at all. */
  async function signOutIfReadable({
    asker,
    answerForSession,
  }: Pick<Call<never>, 'asker' | 'answerForSession'>) {
    try {
      answerForSession(noSession, await sessions.signOut(asker.cookieHeader, asker));
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'header-too-large') throw error;
    }
  }

  return {
    async check({ who, asker }) {
      const accounts = await sessions.accounts(asker.cookieHeader);
      const session = who.kind === 'conflict' ? 'conflict' : (accounts[0]?.session ?? noSession);
      return {
        session,
        handle: who.kind === 'signed-in' ? who.person.handle : null,
        cookies: await sessions.readings(asker.cookieHeader),
        services: [...services],
      };
    },
    async conflict({ asker }) {
      const accounts = await sessions.accounts(asker.cookieHeader);
      return { accounts: accounts.map((one) => ({ ...one, person: toPerson(one.person) })) };
    },
    async choose({ body, asker, answerForSession }) {
      const chosen = await sessions.choose(body.session, asker.cookieHeader, asker);
      answerForSession(chosen.session, chosen.cookieLines);
      return { account: toAccount(chosen.person) };
    },
    async repair({ asker, answerForSession }) {
      const repaired = await sessions.repair(asker);
      answerForSession(repaired.session, repaired.cookieLines);
      return {
        account: repaired.person === null ? null : toAccount(repaired.person),
        removed: repaired.removed,
      };
    },
    async clearCookies(call) {
      await signOutIfReadable(call);
      call.forgetCookies();
      return {};
    },
    async report({ body, asker }) {
      await noteFinding(body.finding, asker.userAgent);
      return {};
    },
  };
}
