/** Stream keys and encoder settings over HTTP. */
import type { EncoderSettings } from '@slipmat/contract/broadcast';
import type { Handlers } from '#server/http/mount.ts';
import type { StreamKeys } from './keys.ts';

export interface BroadcastRoutesDeps {
  readonly keys: StreamKeys;
  readonly encoder: () => Omit<EncoderSettings, 'mount' | 'user'>;
  /** Ends sources that are connected with the key, on every process. */
  readonly closeKey: (keyId: string) => void;
}

export function broadcastRoutes({ keys, encoder, closeKey }: BroadcastRoutesDeps): Handlers<'broadcast'> {
  return {
    async keys({ signedIn }) {
      return { keys: await keys.list(signedIn().person) };
    },
    createKey: ({ body, signedIn }) => keys.create(signedIn().person, body.name),
    rotateKey: ({ params, signedIn }) => keys.rotate(signedIn().person, params.id),
    async revokeKey({ params, signedIn }) {
      await keys.revoke(signedIn().person, params.id);
      closeKey(params.id);
      return {};
    },
    async encoder({ signedIn }) {
      return { ...encoder(), mount: `/${signedIn().person.handle}`, user: 'source' };
    },
  };
}
