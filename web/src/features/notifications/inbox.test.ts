import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Notification,
  type NotificationItem,
  type NotificationsState,
  type Reading,
  unread,
} from '@slipmat/contract/notifications';
import { createAsking } from '../../api/asking.ts';
import { fakeClock } from '../../api/fake-clock.ts';
import { clientProblem, ProblemError, problemFrom } from '../../api/problem-error.ts';
import type { TopicListener } from '../../api/socket.ts';
import { createInbox, inboxLimits } from './inbox.ts';
import { createMemory } from './memory.ts';

const uuid = (n: number): string => `01940000-0000-7000-8000-${String(n).padStart(12, '0')}`;

function item(n: number, more: Partial<Notification> = {}, reading: Partial<Reading> = {}): NotificationItem {
  return {
    notification: {
      id: uuid(n),
      kind: 'normal',
      version: 1,
      title: `Title ${n}`,
      text: '',
      link: null,
      from: { name: 'Mira', role: 'mentor' },
      sentAt: n,
      changedAt: null,
      expiresAt: null,
      before: null,
      incident: null,
      ...more,
    },
    reading: { ...unread, ...reading },
  };
}

const mustRead = { kind: 'must-read' } as const;

function refusal(code: 'busy' | 'topic-unknown'): ProblemError {
  return new ProblemError(clientProblem(code, () => 0));
}

/** An inbox with a socket and a server of its own, on its own time. */
function scene() {
  const clock = fakeClock(1_000_000);
  const stored = new Map<string, string>();
  const told: TopicListener[] = [];
  const server = {
    state: { items: [] } as NotificationsState,
    seen: [] as string[][],
    asked: 0,
    failing: undefined as Error | undefined,
  };
  const reports: string[] = [];
  const answer = <T>(value: T): Promise<T> =>
    server.failing === undefined ? Promise.resolve(value) : Promise.reject(server.failing);
  const report = (failure: unknown, where: string) => {
    reports.push(where);
    return problemFrom(failure, () => 0);
  };
  const page = new EventTarget();
  const storage = {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem(name: string, value: string) {
      stored.set(name, value);
    },
  };
  const asking = createAsking<NotificationsState>(
    {
      ask() {
        server.asked += 1;
        return answer(server.state);
      },
      where: 'your notifications',
    },
    { clock, report, isHidden: () => false, heard: new Set() },
  );
  const inbox = createInbox({
    realtime: {
      follow(_topic, listener) {
        told.push(listener);
        return () => {
          told.splice(told.indexOf(listener), 1);
        };
      },
    },
    asking,
    async see(ids) {
      await answer(null);
      server.seen.push(ids);
    },
    dismiss: () => answer({ reading: { ...unread, seenAt: 5, dismissedAt: 5 } }),
    confirm: () => answer({ reading: { ...unread, seenAt: 5, confirmedAt: 5 } }),
    memory: createMemory({ storage: () => storage, page }),
    clock,
    random: () => 0,
    report,
  });
  const tell: TopicListener = (news) => {
    for (const listener of told) listener(news);
  };
  const snapshot = (...items: NotificationItem[]): void => {
    tell({ type: 'snapshot', state: { items }, seq: 1 });
    tell({ type: 'current' });
  };
  const reading = (n: number): Reading | undefined =>
    inbox.view().items?.find(({ notification }) => notification.id === uuid(n))?.reading;
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { inbox, clock, server, tell, snapshot, reading, settle, reports, page, stored };
}

test('follows the topic: what is sent comes, what is gone goes, and HTTP is not asked meanwhile', () => {
  const { inbox, clock, server, tell, snapshot } = scene();
  inbox.open('me');
  snapshot(item(1));
  tell({
    type: 'events',
    events: [{ type: 'notifications.sent', notification: item(2, mustRead).notification }],
    seq: 2,
  });
  assert.deepEqual(
    inbox.view().items?.map(({ notification }) => notification.title),
    ['Title 2', 'Title 1'],
  );
  tell({ type: 'events', events: [{ type: 'notifications.gone', id: uuid(1) }], seq: 3 });
  assert.equal(inbox.view().items?.length, 1);
  clock.advance(60_000);
  assert.equal(server.asked, 0);
});

test('asks over HTTP when the socket does not tell in time, and again while it is lost', async () => {
  const { inbox, clock, server, tell, snapshot, settle } = scene();
  server.state = { items: [item(1)] };
  inbox.open('me');
  clock.advance(inboxLimits.socketWithin);
  await settle();
  assert.equal(inbox.view().items?.length, 1);
  assert.equal(inbox.view().stale, false);
  snapshot(item(1), item(2));
  const before = server.asked;
  clock.advance(60_000);
  await settle();
  assert.equal(server.asked, before);
  server.state = { items: [item(1), item(2), item(3)] };
  tell({ type: 'stale' });
  clock.advance(60_000);
  await settle();
  assert.equal(inbox.view().items?.length, 3);
});

test('says that it is behind when neither socket nor HTTP tell, and keeps what is there', async () => {
  const { inbox, clock, server, tell, snapshot, settle } = scene();
  inbox.open('me');
  snapshot(item(1));
  server.failing = refusal('busy');
  tell({ type: 'stale' });
  clock.advance(20_000);
  await settle();
  const { items, stale, problem } = inbox.view();
  assert.equal(items?.length, 1);
  assert.equal(stale, true);
  assert.equal(problem?.code, 'busy');
});

test('what came on screen is told together, once, and again after a failure that passes', async () => {
  const { inbox, clock, server, snapshot, reading, settle, reports } = scene();
  inbox.open('me');
  snapshot(item(1), item(2));
  server.failing = refusal('busy');
  inbox.see(uuid(1), 1);
  inbox.see(uuid(2), 1);
  clock.advance(inboxLimits.seenTogether);
  await settle();
  assert.deepEqual(reports, ['noting what you have seen']);
  server.failing = undefined;
  clock.advance(60_000);
  await settle();
  assert.deepEqual(server.seen, [[uuid(1), uuid(2)]]);
  assert.notEqual(reading(1)?.seenAt, null);
  inbox.see(uuid(1), 1);
  inbox.see(uuid(9), 1);
  clock.advance(60_000);
  await settle();
  assert.equal(server.seen.length, 1);
});

test('a confirmed one is confirmed at once, and asks again when it is changed', async () => {
  const { inbox, tell, snapshot, reading } = scene();
  inbox.open('me');
  snapshot(item(1, mustRead));
  const [first] = inbox.view().items ?? [];
  assert.ok(first);
  await inbox.confirm(first);
  assert.equal(reading(1)?.confirmedAt, 5);
  const changed = item(1, { ...mustRead, version: 2, title: 'New' }).notification;
  tell({ type: 'events', events: [{ type: 'notifications.sent', notification: changed }], seq: 2 });
  assert.deepEqual([reading(1)?.confirmedAt, reading(1)?.confirmedBeforeAt], [null, 5]);
});

test('one that was changed under the reader’s eyes is shown as it is now', async () => {
  const { inbox, server, snapshot } = scene();
  inbox.open('me');
  snapshot(item(1, mustRead), item(2, mustRead));
  const changed = { ...clientProblem('busy', () => 0), code: 'notification-changed' as const, status: 409 };
  const [, first] = inbox.view().items ?? [];
  assert.ok(first);
  const attempt = inbox.confirm(first);
  server.failing = new ProblemError(changed);
  const again = inbox.confirm(first);
  server.failing = undefined;
  server.state = { items: [item(1, { ...mustRead, version: 2, title: 'New' })] };
  await attempt;
  await assert.rejects(again, { problem: changed });
  assert.deepEqual(
    inbox.view().items?.map(({ notification }) => notification.title),
    ['New'],
  );
});

test('without an account it is remembered in this browser, and told by other tabs', async () => {
  const { inbox, snapshot, reading, page, stored, server } = scene();
  const close = inbox.open(null);
  snapshot(item(1, mustRead), item(2));
  for (const one of inbox.view().items ?? []) {
    if (one.notification.kind === 'normal') await inbox.dismiss(one);
    else await inbox.confirm(one);
  }
  assert.notEqual(reading(1)?.confirmedAt, null);
  assert.notEqual(reading(2)?.dismissedAt, null);
  assert.deepEqual(server.seen, []);
  close();
  inbox.open(null);
  snapshot(item(1, mustRead), item(2), item(3, mustRead));
  assert.notEqual(reading(1)?.confirmedAt, null);
  assert.equal(reading(3)?.confirmedAt, null);
  const [name = '', value = ''] = [...stored].flat();
  stored.set(name, value.replace(uuid(1), uuid(3)));
  page.dispatchEvent(Object.assign(new Event('storage'), { key: name }));
  assert.notEqual(reading(3)?.confirmedAt, null);
});

test('another reader starts with nothing of the one before', async () => {
  const { inbox, snapshot, reading } = scene();
  const close = inbox.open('me');
  snapshot(item(1, mustRead));
  const [first] = inbox.view().items ?? [];
  assert.ok(first);
  await inbox.confirm(first);
  close();
  inbox.open('you');
  assert.equal(inbox.view().items, undefined);
  snapshot(item(1, mustRead));
  assert.equal(reading(1)?.confirmedAt, null);
});
