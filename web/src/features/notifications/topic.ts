/** What the contract says of the topic `notifications`. */
import {
  NotificationsState,
  NotificationsTopicEvent,
  reduceNotifications,
} from '@slipmat/contract/notifications';

export const notificationsTopic = {
  state: NotificationsState,
  event: NotificationsTopicEvent,
  reduce: reduceNotifications,
};
