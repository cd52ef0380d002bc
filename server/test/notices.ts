/** Notifications for tests. */
import type { Audience } from '@slipmat/contract/audiences';
import {
  type Notification,
  type NotificationItem,
  notificationsEndpoints,
} from '@slipmat/contract/notifications';
import { type SentNotification, sendingEndpoints } from '@slipmat/contract/sending';
import type { Person } from './people.ts';
import type { SocketClient } from './socket-client.ts';
import type { TestApp } from './start-app.ts';
import { until } from './until.ts';

let sent = 0;

export type DraftOptions = Partial<{
  kind: 'normal' | 'must-read';
  title: string;
  text: string;
  link: string | null;
  to: Audience['to'];
  except: Audience['to'];
  startsAt: number | null;
  expiresAt: number | null;
  pushAfter: number | null;
  emailAfter: number | null;
  reminders: { everyHours: number; times: number } | null;
  key: string;
}>;

/** What a sender's page sends. */
export function aDraft({ to, except, ...rest }: DraftOptions = {}) {
  sent += 1;
  return {
    kind: 'normal' as const,
    title: `Notice ${sent}`,
    text: 'Something *new*.',
    link: null,
    startsAt: null,
    expiresAt: null,
    pushAfter: null,
    emailAfter: null,
    reminders: null,
    key: `key-${sent}-of-a-test`,
    ...rest,
    audience: { to: to ?? [{ kind: 'everyone' as const }], except: except ?? [] },
  };
}

/** Sends it. */
export async function send(sender: Person, options: DraftOptions = {}): Promise<SentNotification> {
  return (await sender.call(sendingEndpoints.send, { body: aDraft(options) })).notification;
}

/** Follows what is for the person. */
export async function anInbox(person: { socket(): Promise<SocketClient> }): Promise<SocketClient> {
  const socket = await person.socket();
  await socket.subscribe('notifications');
  return socket;
}

/** Waits until a notification is there, and fits. */
export function arrives(
  socket: SocketClient,
  title: string,
  fits: (item: NotificationItem) => boolean = () => true,
): Promise<NotificationItem> {
  return socket.next(title, () =>
    socket.notifications().items.find((item) => item.notification.title === title && fits(item)),
  );
}

/** Waits until everybody has it. */
export async function isSent(site: TestApp, sender: Person, id: string): Promise<void> {
  await site.app.advance();
  await until('sent to everybody', async () => {
    const { notification } = await sender.call(sendingEndpoints.show, { params: { id } });
    return notification.state === 'sent';
  });
}

/** A page of the ledger, by handle. */
export async function ledgerOf(sender: Person, id: string, query: object = {}) {
  const { rows } = await sender.call(sendingEndpoints.ledger, { params: { id }, query });
  return new Map(rows.map((row) => [row.person.handle, row]));
}

export function confirm(person: Person, { id, version }: Pick<Notification, 'id' | 'version'>) {
  return person.call(notificationsEndpoints.confirm, { params: { id }, body: { version } });
}
