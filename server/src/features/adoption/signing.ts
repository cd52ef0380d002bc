/**
 * Django's signatures, read only: `django.utils.crypto.salted_hmac` and `django.core.signing.TimestampSigner`. SHA-256
 * since Django 3.1; SHA-1 before, and for as long as DEFAULT_HASHING_ALGORITHM says so.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto';

type Algorithm = 'sha256' | 'sha1';

const second = 1_000;

/** Compares in constant time; only the lengths, which everybody knows, show. */
function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function saltedHmac(algorithm: Algorithm, keySalt: string, secret: string, value: string | Buffer): Buffer {
  const key = hash(algorithm, keySalt + secret, 'buffer');
  return createHmac(algorithm, key).update(value).digest();
}

export interface Signed {
  /** `key_salt` of salted_hmac: what the signature is for. */
  readonly keySalt: string;
  readonly value: string | Buffer;
  readonly signature: string;
  readonly encoding: 'hex' | 'base64url';
  /** SHA-256 and SHA-1 unless said. */
  readonly algorithms?: readonly Algorithm[];
}

/**
 * @param secretKeys SECRET_KEY, then its fall-backs.
 * @returns whether one of the keys made the signature.
 */
export function isSignedBy(secretKeys: readonly string[], signed: Signed): boolean {
  const { keySalt, value, encoding, algorithms = ['sha256', 'sha1'] } = signed;
  const given = Buffer.from(signed.signature);
  return secretKeys.some((secret) =>
    algorithms.some((algorithm) =>
      isSame(given, Buffer.from(saltedHmac(algorithm, keySalt, secret, value).toString(encoding))),
    ),
  );
}

/** `django.utils.baseconv.base62`, and `django.core.signing` since Django 4. */
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 7 digits are enough until the year 113,000. */
const timestampPattern = /^[0-9A-Za-z]{1,7}$/;

function fromBase62(text: string): number {
  return [...text].reduce((sum, digit) => sum * 62 + base62.indexOf(digit), 0);
}

function splitLast(text: string): readonly [string, string] | undefined {
  const at = text.lastIndexOf(':');
  return at < 0 ? undefined : [text.slice(0, at), text.slice(at + 1)];
}

export interface Unsigned {
  readonly value: string;
  /** Milliseconds since 1970, whole seconds. */
  readonly signedAt: number;
}

/**
 * Takes `value:timestamp:signature` apart (`TimestampSigner.unsign`).
 * @param salt names the use, such as `django.contrib.sessions.SessionStore`.
 * @returns undefined when no key made the signature.
 */
export function unsign(text: string, salt: string, secretKeys: readonly string[]): Unsigned | undefined {
  const [dated, signature] = splitLast(text) ?? [];
  if (dated === undefined || signature === undefined) return undefined;
  const signed: Signed = { keySalt: `${salt}signer`, value: dated, signature, encoding: 'base64url' };
  if (!isSignedBy(secretKeys, signed)) return undefined;
  const [value, timestamp] = splitLast(dated) ?? [];
  if (value === undefined || timestamp === undefined || !timestampPattern.test(timestamp)) return undefined;
  return { value, signedAt: fromBase62(timestamp) * second };
}
