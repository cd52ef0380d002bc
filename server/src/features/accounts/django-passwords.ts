/**
 * Passwords as Django stores them (`django.contrib.auth.hashers`), every format that it ever wrote, verified and never
 * made. The strings come from another site's table, so each says what it costs before it is computed.
 */
import { hash, pbkdf2, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import argon2 from 'argon2';
import { bcryptHash } from './bcrypt.ts';

/** Why a stored string is not even tried. */
export type DjangoRefusal =
  /** `!…`: the person signs in another way, or not at all. */
  | 'unusable'
  | 'unknown-format'
  /** DES of the C library's crypt(), which counts 8 characters. */
  | 'crypt'
  /** One attempt would take the server's time or memory away from everybody. */
  | 'too-costly';

export type DjangoVerdict = boolean | { readonly refused: DjangoRefusal };

/** Four times what Django 5.2 uses; some 2 s of one core. */
const maxPbkdf2Iterations = 5_000_000;
/** Of scrypt and argon2; Django's own are 16 and 100 MiB. */
const maxMemory = 256 * 1024 * 1024;
const maxArgon2Passes = 20;
/** RFC 9106 §3.1: 8 KiB. */
const minArgon2LaneMemory = 8 * 1024;
/** Each lane is a thread; Django has 8. */
const maxArgon2Lanes = 16;
/** Some 3 s of one core; Django has 12. */
const maxBcryptCost = 15;
/** Django's column is 128 characters; what is longer was not written by Django. */
const maxStoredLength = 256;

const derivePbkdf2 = promisify(pbkdf2);

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Whole numbers as Django writes them; NaN for anything else. */
function wholeNumber(text: string | undefined): number {
  return text !== undefined && /^[1-9]\d{0,11}$/.test(text) ? Number(text) : Number.NaN;
}

const malformed: DjangoVerdict = { refused: 'unknown-format' };
const tooCostly: DjangoVerdict = { refused: 'too-costly' };

type Verify = (rest: string, password: string) => DjangoVerdict | Promise<DjangoVerdict>;

/** `iterations$salt$base64` */
function pbkdf2With(digest: 'sha256' | 'sha1', length: number): Verify {
  return async (rest, password) => {
    const [count, salt, expected, ...more] = rest.split('$');
    const iterations = wholeNumber(count);
    if (Number.isNaN(iterations) || !salt || expected === undefined || more.length > 0) return malformed;
    if (iterations > maxPbkdf2Iterations) return tooCostly;
    const derived = await derivePbkdf2(password, salt, iterations, length, digest);
    return isSame(derived.toString('base64'), expected);
  };
}

function deriveScrypt(password: string, salt: string, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, 64, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

/** `N$salt$r$p$base64` */
async function verifyScrypt(rest: string, password: string): Promise<DjangoVerdict> {
  const [first, salt, second, third, expected, ...more] = rest.split('$');
  const [N, r, p] = [wholeNumber(first), wholeNumber(second), wholeNumber(third)];
  const isWhole = salt !== undefined && expected !== undefined && more.length === 0;
  if (!isWhole || Number.isNaN(N + r + p) || N < 2 || (N & (N - 1)) !== 0) return malformed;
  if (N * r * p * 128 > maxMemory) return tooCostly;
  // OpenSSL counts the working blocks beside the large table.
  const maxmem = 128 * r * (N + p + 2) + 1024;
  const derived = await deriveScrypt(password, salt, { N, r, p, maxmem });
  return isSame(derived.toString('base64'), expected);
}

const argon2Pattern =
  /^argon2(?:id|i|d)\$(?:v=1[69]\$)?m=(?<memory>\d+),t=(?<passes>\d+),p=(?<lanes>\d+)\$[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{16,128}$/;

/** A PHC string without its first dollar. */
async function verifyArgon2(rest: string, password: string): Promise<DjangoVerdict> {
  const cost = argon2Pattern.exec(rest)?.groups;
  const memory = wholeNumber(cost?.['memory']) * 1024;
  const passes = wholeNumber(cost?.['passes']);
  const lanes = wholeNumber(cost?.['lanes']);
  if (Number.isNaN(memory + passes + lanes) || memory < lanes * minArgon2LaneMemory) return malformed;
  if (memory > maxMemory || passes > maxArgon2Passes || lanes > maxArgon2Lanes) return tooCostly;
  return argon2.verify(`$${rest}`, password);
}

const bcryptPattern = /^(?<salt>\$2[aby]\$(?<cost>\d{2})\$[./A-Za-z0-9]{22})[./A-Za-z0-9]{31}$/;

/** A modular-crypt string; `bcrypt_sha256` hashes the password first, since bcrypt counts 72 bytes only. */
function bcryptOf(prepare: (password: string) => string): Verify {
  return async (rest, password) => {
    const { salt, cost } = bcryptPattern.exec(rest)?.groups ?? {};
    if (salt === undefined || Number(cost) < 4) return malformed;
    if (Number(cost) > maxBcryptCost) return tooCostly;
    return isSame(await bcryptHash(prepare(password), salt), rest);
  };
}

/** `salt$hexadecimal`; with an empty salt it is one of the unsalted formats. */
function digestOf(algorithm: 'sha1' | 'md5'): Verify {
  return (rest, password) => {
    const [salt, expected, ...more] = rest.split('$');
    if (salt === undefined || expected === undefined || more.length > 0) return malformed;
    return isSame(hash(algorithm, salt + password), expected);
  };
}

const formats: ReadonlyMap<string, Verify> = new Map<string, Verify>([
  ['pbkdf2_sha256', pbkdf2With('sha256', 32)],
  ['pbkdf2_sha1', pbkdf2With('sha1', 20)],
  ['scrypt', verifyScrypt],
  ['argon2', verifyArgon2],
  ['bcrypt_sha256', bcryptOf((password) => hash('sha256', password))],
  ['bcrypt', bcryptOf((password) => password)],
  ['sha1', digestOf('sha1')],
  ['md5', digestOf('md5')],
  ['crypt', () => ({ refused: 'crypt' })],
]);

/** Of the oldest format, before Django had any: MD5 in 32 hexadecimal digits and nothing else. */
const bareMd5Pattern = /^[0-9a-f]{32}$/;

/**
 * @param stored the column `password` of `auth_user`.
 * @returns whether the password is right, or why it was not tried. The work is done off the main thread, but for the
 * single digests, and nothing is thrown for what is in the string.
 */
export async function verifyDjango(stored: string, password: string): Promise<DjangoVerdict> {
  if (stored.startsWith('!')) return { refused: 'unusable' };
  if (bareMd5Pattern.test(stored)) return isSame(hash('md5', password), stored);
  if (stored.length > maxStoredLength) return malformed;
  const dollar = stored.indexOf('$');
  const verify = dollar < 0 ? undefined : formats.get(stored.slice(0, dollar));
  return verify === undefined ? malformed : verify(stored.slice(dollar + 1), password);
}
