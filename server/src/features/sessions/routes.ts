/** Signing in and out over HTTP, and the list of devices. */
import type { Handlers } from '#server/http/mount.ts';
import type { RateLimit } from '#server/http/rate-limit.ts';
import { noSession, type SignedInPerson, toAccount } from '#server/http/who.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import type { Sessions } from './index.ts';
import { limitSignIn } from './sign-in-limit.ts';

export interface SessionRoutesDeps {
  readonly sessions: Sessions;
  readonly rateLimit: RateLimit;
  /** The person behind a handle or e-mail address, whatever the password. */
  readonly findByLogin: (login: string) => Promise<{ readonly id: string } | undefined>;
  /** The person when the password is right; takes the same time when there is no such person. */
  readonly checkPassword: (login: string, password: string) => Promise<SignedInPerson | undefined>;
}

export function sessionRoutes({ sessions, rateLimit, ...deps }: SessionRoutesDeps): Handlers<'sessions'> {
  return {
    async signIn({ body, address, userAgent, cookieHeader, answerForSession }) {
      const known = await deps.findByLogin(body.login);
      const isKnownNetwork = known !== undefined && (await sessions.knowsNetwork(known.id, address));
      limitSignIn(rateLimit, { account: known?.id ?? body.login.toLowerCase(), address, isKnownNetwork });
      const person = await deps.checkPassword(body.login, body.password);
      if (person === undefined) throw new ProblemError('wrong-credentials');
      const started = await sessions.start(person.id, { cookieHeader, userAgent, address });
      answerForSession(started.session, started.cookieLines);
      return { account: toAccount(person) };
    },
    async signOut({ cookieHeader, answerForSession }) {
      answerForSession(noSession, await sessions.signOut(cookieHeader));
      return {};
    },
    async me({ who }) {
      if (who.kind !== 'signed-in') {
        return {
          account: null,
          anonymous: who.kind === 'anonymous' ? who.reason : 'unknown',
          csrfToken: null,
        };
      }
      return { account: toAccount(who.person), anonymous: null, csrfToken: who.csrfToken };
    },
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
