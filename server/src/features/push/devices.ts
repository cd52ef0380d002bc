/** Devices that get push: subscribed, listed, removed. */
import { createECDH, createHash } from 'node:crypto';
import { pushLimits } from '@slipmat/contract/push';
import type { Database } from '#server/db/open.ts';
import { readBrowser } from '#server/platform/browser.ts';
import type { Clock } from '#server/platform/clock.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { newId, type Random } from '#server/platform/random.ts';
import { silence } from '#server/platform/silence.ts';
import { endpointFault } from './addresses.ts';
import * as store from './store.ts';

export interface DevicesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly allowsPrivate: boolean;
}

export interface Subscription {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/** Who subscribes. */
export interface Subscriber {
  readonly personId: string;
  readonly sessionId: string;
  readonly userAgent: string;
}

/** SHA-256, hexadecimal: a browser knows its own address by it, and nobody else learns one. */
export function fingerprintOf(endpoint: string): string {
  return createHash('sha256').update(endpoint).digest('hex');
}

function labelOf(userAgent: string): string {
  const { family, system } = readBrowser(userAgent);
  return [family ?? 'Unknown browser', ...(system === undefined ? [] : [system])].join(' on ');
}

/** True for a point of the curve, so that encrypting for it works. */
function isPoint(p256dh: string): boolean {
  const own = createECDH('prime256v1');
  own.generateKeys();
  try {
    own.computeSecret(Buffer.from(p256dh, 'base64url'));
    return true;
  } catch (error) {
    silence(error, 'the answer says that the key is none');
    return false;
  }
}

function refuse(path: string, message: string): never {
  throw new ProblemError('invalid-input', { fields: [{ path, message }] });
}

export function createDevices({ db, clock, random, allowsPrivate }: DevicesDeps) {
  return {
    list: (personId: string) => store.devices(db.read, personId),
    /** @throws ProblemError `invalid-input`, `too-many` */
    async subscribe({ endpoint, p256dh, auth }: Subscription, who: Subscriber): Promise<void> {
      const fault = endpointFault(endpoint, allowsPrivate);
      if (fault !== undefined) refuse('endpoint', `the address ${fault}`);
      if (!isPoint(p256dh)) refuse('p256dh', 'no key of the curve P-256');
      const { personId, sessionId, userAgent } = who;
      await db.write(async (trx) => {
        const known = await store.devices(trx, personId);
        const isNew = known.every((device) => device.endpoint !== endpoint);
        if (isNew && known.length >= pushLimits.devicesPerPerson) throw new ProblemError('too-many');
        const id = newId(clock, random);
        const keys = { endpoint, p256dh, auth, label: labelOf(userAgent) };
        await store.putDevice(trx, { id, personId, sessionId, ...keys, now: clock.now() });
      });
    },
    /** @throws ProblemError `not-found` */
    async remove(personId: string, id: string): Promise<void> {
      if (!(await db.write((trx) => store.removeDevice(trx, id, personId))))
        throw new ProblemError('not-found');
    },
  };
}
