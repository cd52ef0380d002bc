/** The hub of several processes: Redis publish/subscribe, with this process's own messages delivered at once. */
import { Redis } from 'ioredis';
import type { Log } from '../platform/log.ts';
import { ProblemError } from '../platform/problem-error.ts';
import { Channels, type Hub } from './hub.ts';

const prefix = 'slipmat:';
/** Reconnects quickly at first, then every two seconds, for as long as the process lives. */
const reconnectDelayMs = (attempt: number): number => Math.min(2_000, 50 * 2 ** Math.min(attempt, 6));
/** Longer than any answer of a Redis that is in order. */
const commandTimeoutMs = 3_000;

/**
 * @param url such as redis://127.0.0.1:6379
 * @param processId tells own messages from others'; 36 characters (a UUID).
 */
export async function openRedisHub(url: string, processId: string, log: Log): Promise<Hub> {
  const own = Buffer.from(processId);
  const channels = new Channels();
  const gapListeners = new Set<() => void>();
  const options = { lazyConnect: true, retryStrategy: reconnectDelayMs, maxRetriesPerRequest: null };
  const publisher = new Redis(url, {
    ...options,
    enableOfflineQueue: false,
    commandTimeout: commandTimeoutMs,
  });
  const subscriber = new Redis(url, { ...options, autoResubscribe: true, commandTimeout: commandTimeoutMs });
  for (const client of [publisher, subscriber]) {
    client.on('error', (error) => log.error({ err: error }, 'Redis connection'));
  }
  await Promise.all([publisher.connect(), subscriber.connect()]);
  subscriber.on('ready', () => {
    for (const act of gapListeners) act();
  });
  subscriber.on('messageBuffer', (channel: Buffer, message: Buffer) => {
    if (message.subarray(0, own.length).equals(own)) return;
    channels.deliver(channel.toString().slice(prefix.length), message.subarray(own.length));
  });

  return {
    publish(channel, message) {
      channels.deliver(channel, message);
      publisher.publish(prefix + channel, Buffer.concat([own, message])).catch((error: unknown) => {
        log.error({ err: error, channel }, 'other processes were not told');
      });
    },
    async subscribe(channel, receive) {
      channels.add(channel, receive);
      try {
        await subscriber.subscribe(prefix + channel);
      } catch (error) {
        channels.remove(channel, receive);
        throw new ProblemError('busy', {}, { cause: error });
      }
      return () => {
        if (!channels.remove(channel, receive)) return;
        subscriber.unsubscribe(prefix + channel).catch((error: unknown) => {
          log.warn({ err: error, channel }, 'could not unsubscribe');
        });
      };
    },
    onGap(act) {
      gapListeners.add(act);
      return () => gapListeners.delete(act);
    },
    async check() {
      await publisher.ping();
    },
    async close() {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
