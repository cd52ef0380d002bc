/** Chat's socket messages. */
import type { MessageHandlers } from '#server/realtime/messages.ts';
import type { Chat } from './index.ts';

export function chatMessageHandlers(chat: Chat): MessageHandlers<'chat'> {
  return {
    async say({ body, who, signedIn }) {
      return { message: await chat.say(body.slug, signedIn().person, who, body) };
    },
    async hide({ body, who, signedIn }) {
      await chat.hide(body.slug, signedIn().person, who, body.messageId);
      return {};
    },
    async restrict({ body, who, signedIn }) {
      await chat.restrict(body.slug, signedIn().person, who, body);
      return {};
    },
    async unrestrict({ body, who, signedIn }) {
      await chat.unrestrict(body.slug, signedIn().person, who, body.personId);
      return {};
    },
    async slowMode({ body, who, signedIn }) {
      await chat.slowMode(body.slug, signedIn().person, who, body.seconds);
      return {};
    },
  };
}
