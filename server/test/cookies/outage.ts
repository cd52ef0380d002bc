/**
 * The outage as it was made: two stacks on one host that share the sessions of a Django site. Django reads the last
 * cookie of a name (`parse_cookie` fills a dict), Node's `cookie` package the first. Then `sessionid` was made
 * HttpOnly, given a Domain and put behind CSRF checks under the same name, with old and new code side by side.
 */
import { newSecret, type Random } from '#server/platform/random.ts';
import type { Answered } from '../exchange.ts';
import { answer, type Handler, type Outgoing } from './network.ts';

/** Settings of the Django site that were changed. */
interface DjangoSettings {
  /** SESSION_COOKIE_DOMAIN */
  readonly domain: string | undefined;
  /** SESSION_COOKIE_HTTPONLY */
  readonly httpOnly: boolean;
  /** CsrfViewMiddleware on the old APIs. */
  readonly csrf: boolean;
}

export const oldCode: DjangoSettings = { domain: undefined, httpOnly: false, csrf: false };
export const newCode: DjangoSettings = { domain: 'slipmat.test', httpOnly: true, csrf: true };

const cookieName = 'sessionid';
const weeksOfSeconds = 14 * 24 * 3600;

/** Values of the session cookie, in the order of the header. */
function sent(outgoing: Outgoing): string[] {
  return (outgoing.headers['cookie'] ?? '')
    .split('; ')
    .filter((pair) => pair.startsWith(`${cookieName}=`))
    .map((pair) => pair.slice(cookieName.length + 1));
}

export interface Outage {
  /** Django under `/old/`, Node under `/new/`. */
  readonly handler: Handler;
  /** Which code answers a request to Django; both while a deployment is under way. */
  deploy(code: () => DjangoSettings): void;
}

/** Both stacks on one table of sessions. */
export function createOutage(random: Random): Outage {
  /** Person by session key: the table django_session. */
  const rows = new Map<string, string>();
  let code = (): DjangoSettings => oldCode;

  function scope({ domain, httpOnly }: DjangoSettings): string {
    return `; Path=/; Secure; SameSite=Lax${domain === undefined ? '' : `; Domain=${domain}`}${httpOnly ? '; HttpOnly' : ''}`;
  }
  function setLine(settings: DjangoSettings, key: string): string {
    return `${cookieName}=${key}; Max-Age=${weeksOfSeconds}${scope(settings)}`;
  }
  /** `response.delete_cookie` knows the scope of today's settings only. */
  function deleteLine(settings: DjangoSettings): string {
    return `${cookieName}=""; Max-Age=0${scope(settings)}`;
  }

  /** `login()`: the old key goes, a new one comes. */
  function signIn(settings: DjangoSettings, key: string | undefined, person: string): Answered {
    if (key !== undefined) rows.delete(key);
    const fresh = newSecret(random, 16);
    rows.set(fresh, person);
    return answer(200, [setLine(settings, fresh)], { person });
  }

  function signOut(settings: DjangoSettings, key: string | undefined): Answered {
    if (key !== undefined) rows.delete(key);
    return answer(200, key === undefined ? [] : [deleteLine(settings)], { person: null });
  }

  function django(outgoing: Outgoing): Answered {
    const settings = code();
    const key = sent(outgoing).at(-1);
    const isOurs = outgoing.headers['origin'] === outgoing.url.origin;
    if (settings.csrf && outgoing.method === 'POST' && !isOurs) return answer(403, [], { person: null });
    if (outgoing.url.pathname === '/old/sign-in') return signIn(settings, key, outgoing.body ?? '');
    if (outgoing.url.pathname === '/old/sign-out') return signOut(settings, key);
    const person = key === undefined ? undefined : rows.get(key);
    // SessionMiddleware: an empty session takes its cookie away; SESSION_SAVE_EVERY_REQUEST sets a live one again.
    const lines =
      key === undefined ? [] : [person === undefined ? deleteLine(settings) : setLine(settings, key)];
    return answer(200, lines, { person: person ?? null });
  }

  function node(outgoing: Outgoing): Answered {
    const [key] = sent(outgoing);
    return answer(200, [], { person: key === undefined ? null : (rows.get(key) ?? null) });
  }

  return {
    async handler(outgoing) {
      return outgoing.url.pathname.startsWith('/new/') ? node(outgoing) : django(outgoing);
    },
    deploy(next) {
      code = next;
    },
  };
}
