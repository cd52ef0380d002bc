/**
 * The push service that a Firefox of the tests is connected to: Mozilla's protocol between browser and push service
 * (autopush, https://mozilla-services.github.io/autopush-rs/) on one side, Web Push (RFC 8030) on the other. It hands on
 * what it is given; only the browser can decrypt it.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { type PushService, startPushService } from './push-service.ts';
import type { Owner } from './services/daemon.ts';

export interface FirefoxPush extends PushService {
  /** For the browser, such as ws://127.0.0.1:40001/ */
  readonly socket: string;
  /** Messages that the browser says it could decrypt and has handed to the service worker. */
  readonly delivered: () => number;
}

const channelID = z.string();
const Said = z.discriminatedUnion('messageType', [
  z.looseObject({ messageType: z.literal('hello'), uaid: z.optional(z.string()) }),
  z.looseObject({ messageType: z.literal('register'), channelID }),
  z.looseObject({ messageType: z.literal('unregister'), channelID }),
  z.looseObject({ messageType: z.literal('ack'), updates: z.array(z.looseObject({ code: z.int() })) }),
  z.looseObject({ messageType: z.enum(['ping', 'nack', 'broadcast_subscribe']) }),
]);

/** Starts both sides on free ports of the loopback. */
export async function startFirefoxPush(owner: Owner): Promise<FirefoxPush> {
  const service = await startPushService(owner);
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: 64 * 1024 });
  await once(server, 'listening');
  owner.after(async () => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  let delivered = 0;

  /** What to send back; undefined where nothing is expected. */
  function answerTo(said: z.output<typeof Said>, send: (message: object) => void): object | undefined {
    const { messageType } = said;
    switch (messageType) {
      case 'hello': {
        const uaid = said.uaid || randomUUID().replaceAll('-', '');
        return { messageType, status: 200, use_webpush: true, uaid };
      }
      case 'register': {
        const { channelID } = said;
        const about = { messageType: 'notification', channelID, headers: { encoding: 'aes128gcm' } };
        const pushEndpoint = service.relay(channelID, (body) =>
          send({ ...about, version: randomUUID(), data: body.toString('base64url') }),
        );
        return { messageType, status: 200, channelID, pushEndpoint };
      }
      case 'unregister':
        service.answer(said.channelID, 410);
        return { messageType, status: 200, channelID: said.channelID };
      case 'ack':
        delivered += said.updates.filter(({ code }) => code === 100).length;
        return undefined;
      default:
        return undefined;
    }
  }

  server.on('connection', (socket) => {
    const send = (message: object): void => socket.send(JSON.stringify(message));
    socket.on('message', (data) => {
      const text = String(data);
      // An empty object is how it asks whether anybody is there.
      const answer = text === '{}' ? {} : answerTo(Said.parse(JSON.parse(text)), send);
      if (answer !== undefined) send(answer);
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the socket has no port');
  return { ...service, socket: `ws://127.0.0.1:${address.port}/`, delivered: () => delivered };
}
