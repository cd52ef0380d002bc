/** What a Django session holds: both ways in which Django writes it down, opened after their signature was checked. */
import { inflate } from 'node:zlib';
import { z } from 'zod';
import type { Refusal } from './refusal.ts';
import { isSignedBy, unsign } from './signing.ts';

/** What a session's data takes when it is open. A basket or a form fits; a compressed bomb does not. */
const maxOpenBytes = 64 * 1024;
/** Base64 of that, with a signature. */
export const maxStoredChars = 96 * 1024;

/** `SessionBase.key_salt` of every back end that keeps Django's class name, since Django 3.1. */
const storeSalt = 'django.contrib.sessions.SessionStore';
/** `SessionBase._hash` up to Django 3.2. */
const legacyKeySalt = 'django.contrib.sessionsSessionStore';
const cookieSalt = 'django.contrib.sessions.backends.signed_cookies';

/** The default of SESSION_COOKIE_AGE: two weeks, in milliseconds. */
const defaultAge = 14 * 24 * 60 * 60 * 1_000;

const SessionData = z.object({
  _auth_user_id: z.optional(z.union([z.string(), z.int()])),
  _auth_user_backend: z.optional(z.string()),
  _auth_user_hash: z.optional(z.string()),
  /** Seconds, 0 for "until the browser closes", or since Django 4.1 a moment (ISO 8601). */
  _session_expiry: z.optional(z.nullable(z.union([z.number(), z.string()]))),
});

/** Who the session says is signed in. */
export interface Claims {
  readonly userId: string;
  /** Path of the back end's class. */
  readonly backend: string;
  /** See `isHashOf` in `user-check.ts`. */
  readonly authHash: string;
}

type Opened = { readonly data: z.infer<typeof SessionData> } | Refusal;

/** Never more than `maxOpenBytes`; undefined when it would be. */
function inflated(bytes: Buffer): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    inflate(bytes, { maxOutputLength: maxOpenBytes }, (error, result) => {
      if (error === null) resolve(result);
      else if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') resolve(undefined);
      else reject(error);
    });
  });
}

/**
 * Pickle begins with the opcode PROTO since protocol 2 and always ends with STOP (pickletools); JSON objects do
 * neither.
 */
function isPickle(bytes: Buffer): boolean {
  return bytes[0] === 0x80 || (bytes.at(-1) === 0x2e && bytes[0] !== 0x7b);
}

/** @param bytes signed by the site, so that what does not parse is the site's doing and no attack. */
function parseData(bytes: Buffer): Opened {
  if (bytes.length > maxOpenBytes) return { refused: 'too-large' };
  if (isPickle(bytes)) return { refused: 'pickled' };
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('latin1'));
  } catch (error) {
    if (error instanceof SyntaxError) return { refused: 'unknown' };
    throw error;
  }
  const parsed = SessionData.safeParse(json);
  return parsed.success ? { data: parsed.data } : { refused: 'unknown' };
}

/** Opens what `sign_object` wrote: base64url, after a dot when it is compressed (zlib). */
async function openSigned(value: string): Promise<Opened> {
  if (!value.startsWith('.')) return parseData(Buffer.from(value, 'base64url'));
  const bytes = await inflated(Buffer.from(value.slice(1), 'base64url'));
  return bytes === undefined ? { refused: 'too-large' } : parseData(bytes);
}

/** Opens base64 of `hash:data`, the form up to Django 3.0 (and 3.2 with DEFAULT_HASHING_ALGORITHM = 'sha1'). */
function openLegacy(stored: string, secretKeys: readonly string[]): Opened {
  const bytes = Buffer.from(stored, 'base64');
  const colon = bytes.indexOf(':');
  const data = bytes.subarray(colon + 1);
  const isSigned =
    colon > 0 &&
    isSignedBy(secretKeys, {
      keySalt: legacyKeySalt,
      value: data,
      signature: bytes.toString('latin1', 0, colon),
      encoding: 'hex',
      algorithms: ['sha1'],
    });
  return isSigned ? parseData(data) : { refused: 'wrong-signature' };
}

function toClaims(data: z.infer<typeof SessionData>): Claims | Refusal {
  if (data._auth_user_id === undefined) return { refused: 'unknown' };
  return {
    userId: String(data._auth_user_id),
    backend: data._auth_user_backend ?? '',
    authHash: data._auth_user_hash ?? '',
  };
}

/** @param stored `session_data` of a row of `django_session`. */
export async function readStored(stored: string, secretKeys: readonly string[]): Promise<Claims | Refusal> {
  if (stored.length > maxStoredChars) return { refused: 'too-large' };
  if (!stored.includes(':')) {
    const opened = openLegacy(stored, secretKeys);
    return 'refused' in opened ? opened : toClaims(opened.data);
  }
  const unsigned = unsign(stored, storeSalt, secretKeys);
  if (unsigned === undefined) return { refused: 'wrong-signature' };
  const opened = await openSigned(unsigned.value);
  return 'refused' in opened ? opened : toClaims(opened.data);
}

/** When Django itself stops taking the cookie, or the earlier moment that the site set for this session. */
function endOf(signedAt: number, expiry: z.infer<typeof SessionData>['_session_expiry']): number {
  const latest = signedAt + defaultAge;
  if (typeof expiry === 'number' && expiry > 0) return Math.min(latest, signedAt + expiry * 1_000);
  if (typeof expiry !== 'string') return latest;
  const moment = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(expiry) ? expiry : `${expiry}Z`);
  return Number.isNaN(moment) ? latest : Math.min(latest, moment);
}

/**
 * Reads a session that is nothing but its cookie (`django.contrib.sessions.backends.signed_cookies`).
 * @param now milliseconds since 1970.
 */
export async function readCookie(
  cookie: string,
  secretKeys: readonly string[],
  now: number,
): Promise<Claims | Refusal> {
  const unsigned = unsign(cookie, cookieSalt, secretKeys);
  if (unsigned === undefined) return { refused: 'wrong-signature' };
  const opened = await openSigned(unsigned.value);
  if ('refused' in opened) return opened;
  if (now > endOf(unsigned.signedAt, opened.data._session_expiry)) return { refused: 'expired' };
  return toClaims(opened.data);
}
