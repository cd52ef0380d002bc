/** Web push: queued in the transaction of whoever sends it, and sent later from there to each device. */
import { createHash } from 'node:crypto';
import { pushLimits } from '@slipmat/contract/push';
import type { Kysely, Transaction } from 'kysely';
import webPush from 'web-push';
import { z } from 'zod';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import { pruneQueue } from '#server/db/send-queue.ts';
import { settingOnce } from '#server/db/settings.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { newId, type Random } from '#server/platform/random.ts';
import { createDevices } from './devices.ts';
import { createPoster, type VapidKeys } from './post.ts';
import { createPushSending, pushConcurrency, pushQueue } from './sending.ts';
import * as store from './store.ts';

export type { PushStanding } from './store.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

/** A message to every device of one person. */
export interface OutgoingPush {
  /** Unique for the act, such as `n:<notification>:<person>:1`: the same key again does nothing. */
  readonly key: string;
  readonly personId: string;
  /** Plain text. */
  readonly title: string;
  readonly body: string;
  /** A path of this site; null for its first page. */
  readonly link: string | null;
  /** A message with the same tag takes the place of the one before, on the device and on its way there. */
  readonly tag: string;
}

export interface PushDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly processId: string;
  readonly perMinute: number;
  /** True: push services on private addresses are spoken to as well. */
  readonly allowsPrivate: boolean;
  /** `mailto:` or https: whom a push service writes to when something is wrong. */
  readonly contact: () => string;
  /** Certificates to trust in place of the system's. */
  readonly ca?: Buffer;
}

const keysSetting = 'vapid';
const Keys = z.object({ publicKey: z.string(), privateKey: z.string() });

export type Push = ReturnType<typeof createPush>;

/** One line of text has no control characters, which JSON would make six letters of. */
function cut(written: string, length: number): string {
  const text = written.replaceAll(/\p{Cc}+/gu, ' ').trim();
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}

export function createPush(deps: PushDeps) {
  const { db, clock, random, allowsPrivate } = deps;
  let made: Promise<VapidKeys> | undefined;

  async function makeKeys(): Promise<VapidKeys> {
    const initial = JSON.stringify(webPush.generateVAPIDKeys());
    return Keys.parse(JSON.parse(await db.write((trx) => settingOnce(trx, keysSetting, initial))));
  }

  /** Those of the first process that asked, ever: a subscription is bound to them. */
  async function keys(): Promise<VapidKeys> {
    made ??= makeKeys();
    try {
      return await made;
    } catch (error) {
      made = undefined;
      throw error;
    }
  }

  const post = createPoster({
    ...{ keys, allowsPrivate, contact: deps.contact, concurrency: pushConcurrency, now: clock.now },
    ca: deps.ca,
  });
  const sender = createPushSending({ ...deps, post });

  function textOf({ title, body, link, tag }: OutgoingPush): store.NewText {
    if (link !== null && link.length > pushLimits.link) throw new Error('the link of a push is too long');
    const text = {
      title: cut(title, pushLimits.title),
      body: cut(body, pushLimits.body),
      link,
      tag: tag.slice(0, pushLimits.tag),
    };
    return { id: createHash('sha256').update(JSON.stringify(text)).digest('hex'), ...text };
  }

  return {
    /** Queues messages in the caller's transaction, one to each device that the person has at this moment. */
    async enqueue(trx: Trx, pushes: readonly OutgoingPush[]): Promise<void> {
      const known = await store.knownKeys(
        trx,
        pushes.map(({ key }) => key),
      );
      const fresh = pushes.filter(({ key }) => !known.has(key));
      const devices = await store.devicesOf(trx, [...new Set(fresh.map(({ personId }) => personId))]);
      const texts = new Map<string, store.NewText>();
      const rows = fresh.flatMap((push) => {
        const text = textOf(push);
        texts.set(text.id, text);
        const { key, personId } = push;
        return (devices.get(personId) ?? ['']).map((deviceId) => {
          return { id: newId(clock, random), key, personId, deviceId, textId: text.id };
        });
      });
      await store.insertTexts(trx, [...texts.values()]);
      await store.insertPushes(trx, rows, clock.now());
    },
    idsReached: (read: Read) => store.idsReached(read),
    /** Those of the people who have a device that gets push. */
    async reach(read: Read, personIds: readonly string[]): Promise<Set<string>> {
      return new Set((await store.devicesOf(read, personIds)).keys());
    },
    /** How messages stand, by key: the best outcome among the devices. */
    stateOf: (read: Read, wanted: readonly string[]) => store.statesOf(read, wanted),
    devices: createDevices({ db, clock, random, allowsPrivate }),
    publicKey: async () => (await keys()).publicKey,
    /** Sends what is due. For a tick. */
    send: sender.run,
    /** Call before waiting for the tick. */
    stop: sender.stop,
    /** Forgets old messages. For a tick. */
    prune: () => db.write((trx) => pruneQueue(trx, pushQueue, clock.now())),
  };
}
