/** Chat over HTTP: its history. */
import type { Handlers } from '#server/http/mount.ts';
import type { Chat } from './index.ts';

export function chatRoutes(chat: Chat): Handlers<'chat'> {
  return {
    history: ({ params, query, who }) => chat.history(params.slug, who, query.before),
  };
}
