/** The ways to learn what a Django session says, one for each setting of DJANGO_SESSIONS. */
import type { Clock } from '#server/platform/clock.ts';
import { createAsk, type Vouched } from './ask.ts';
import type { DjangoDatabase } from './django-database.ts';
import type { Refusal } from './refusal.ts';
import { type Claims, readCookie, readStored } from './session-data.ts';

/** `db` is for Django's `cached_db` too: its rows are the same. */
export type Engine = 'db' | 'signed_cookies' | 'ask';

export interface EngineDeps {
  readonly sessions: Engine | undefined;
  readonly django: DjangoDatabase;
  readonly secretKeys: readonly string[];
  readonly url: URL | undefined;
  readonly clock: Clock;
}

export type ReadSession = (cookie: string) => Promise<Claims | Vouched | Refusal>;

/** `SessionBase._get_new_session_key`: 32 lower-case letters and digits. Anything else is in no table. */
const storedKeyPattern = /^[a-z0-9]{32}$/;
/** Visible ASCII, which is all that a cookie of any back end has. */
const cookiePattern = /^[\x21-\x7e]+$/;

function fromDatabase({ django, secretKeys, clock }: EngineDeps): ReadSession {
  return async (key) => {
    if (!storedKeyPattern.test(key)) return { refused: 'unknown' };
    const row = await django.session(key);
    if (row === undefined) return { refused: 'unknown' };
    if (row.expiresAt <= clock.now()) return { refused: 'expired' };
    return row.data === undefined ? { refused: 'too-large' } : readStored(row.data, secretKeys);
  };
}

function fromSite({ url, secretKeys: [secretKey], clock }: EngineDeps): ReadSession {
  if (url === undefined || secretKey === undefined) throw new Error('`ask` needs an address and a key');
  const ask = createAsk({ url, secretKey, clock });
  return async (key) => (cookiePattern.test(key) ? ask(key) : { refused: 'unknown' });
}

/** @throws when `ask` has no address or key, which the settings do not let through. */
export function createEngine(deps: EngineDeps): ReadSession {
  switch (deps.sessions) {
    case 'db':
      return fromDatabase(deps);
    case 'signed_cookies':
      return (cookie) => readCookie(cookie, deps.secretKeys, deps.clock.now());
    case 'ask':
      return fromSite(deps);
    case undefined:
      return async () => ({ refused: 'unknown' });
  }
}
