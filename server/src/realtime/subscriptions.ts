/** The messages `subscribe` and `unsubscribe`. */
import { realtimeLimits } from '@slipmat/contract/realtime';
import { ProblemError } from '../platform/problem-error.ts';
import type { MessageHandlers } from './messages.ts';
import type { Topics } from './topics.ts';

export function subscriptionMessages(topics: Topics): MessageHandlers<'topics'> {
  return {
    async subscribe({ body, who, connection }) {
      connection.subscriptions.get(body.topic)?.();
      connection.subscriptions.delete(body.topic);
      if (connection.subscriptions.size >= realtimeLimits.subscriptions) {
        throw new ProblemError('too-many-subscriptions');
      }
      const unfollow = await topics.follow(body.topic, who, connection, body.after);
      if (connection.isOpen) connection.subscriptions.set(body.topic, unfollow);
      else unfollow();
      return {};
    },
    async unsubscribe({ body, connection }) {
      connection.subscriptions.get(body.topic)?.();
      connection.subscriptions.delete(body.topic);
      return {};
    },
  };
}
