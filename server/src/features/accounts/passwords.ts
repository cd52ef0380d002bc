/**
 * Password hashing with argon2id, bounded in how much of it runs at once. Hashes that an old site made are verified
 * too.
 */
import argon2 from 'argon2';
import { ProblemError } from '#server/platform/problem-error.ts';
import { type DjangoRefusal, verifyDjango } from './django-passwords.ts';

/** OWASP Password Storage Cheat Sheet, first choice of argon2id: 19 MiB, 2 passes, 1 lane. */
const cost = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes at once: each takes a core for some 20 ms and 19 MiB. */
const atOnce = 2;
/** Waiting for their turn; beyond it sign-ins are told that the server is busy. */
const waiting = 100;

/** Runs at most `atOnce` jobs at a time. */
function createTurnstile() {
  let running = 0;
  const queue: (() => void)[] = [];
  return async function pass<T>(work: () => Promise<T>): Promise<T> {
    if (running >= atOnce) {
      if (queue.length >= waiting) throw new ProblemError('busy');
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

export interface Passwords {
  /** @returns a PHC string. @throws ProblemError `busy` */
  hash(password: string): Promise<string>;
  /** Compares; without a stored hash it does the same work and says no. @throws ProblemError `busy` */
  verify(stored: string | undefined, password: string): Promise<boolean>;
}

/** Whether the hash is one of our own making. */
export function isOwnHash(stored: string): boolean {
  return stored.startsWith('$argon2id$');
}

/** @param onRefused told of stored hashes that are not tried; the password counts as wrong. */
export function createPasswords(onRefused: (reason: DjangoRefusal) => void): Passwords {
  const pass = createTurnstile();
  const hash = (password: string): Promise<string> => pass(() => argon2.hash(password, cost));
  /** What a password is compared with when there is nothing else, so that both take the same time. */
  let nobody: Promise<string> | undefined;

  async function verifyNobody(password: string): Promise<false> {
    nobody ??= argon2.hash('nobody', cost);
    await argon2.verify(await nobody, password);
    return false;
  }

  return {
    hash,
    verify(stored, password) {
      return pass(async () => {
        if (stored === undefined) return verifyNobody(password);
        if (isOwnHash(stored)) return argon2.verify(stored, password);
        const verdict = await verifyDjango(stored, password);
        if (typeof verdict === 'boolean') return verdict;
        onRefused(verdict.refused);
        return verifyNobody(password);
      });
    },
  };
}
