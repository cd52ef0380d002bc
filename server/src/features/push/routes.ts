/** Web push over HTTP: one's devices. */
import type { Handlers } from '#server/http/mount.ts';
import type { SignedIn } from '#server/http/who.ts';
import { fingerprintOf } from './devices.ts';
import type { Push } from './index.ts';

export function pushRoutes(push: Push): Handlers<'push'> {
  async function listFor({ person, sessionId }: SignedIn) {
    const devices = await push.devices.list(person.id);
    return {
      publicKey: await push.publicKey(),
      devices: devices.map(({ id, label, created_at, reached_at, endpoint, session_id }) => ({
        id,
        label,
        createdAt: created_at,
        reachedAt: reached_at,
        fingerprint: fingerprintOf(endpoint),
        current: session_id === sessionId,
      })),
    };
  }

  return {
    devices: ({ signedIn }) => listFor(signedIn()),
    async subscribe({ body, signedIn, asker }) {
      const { person, sessionId } = signedIn();
      const who = { personId: person.id, sessionId, userAgent: asker.userAgent };
      const { endpoint, p256dh, auth } = body;
      await push.devices.subscribe({ endpoint, p256dh, auth }, who);
      return listFor(signedIn());
    },
    async unsubscribe({ params, signedIn }) {
      await push.devices.remove(signedIn().person.id, params.id);
      return {};
    },
  };
}
