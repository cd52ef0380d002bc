/**
 * What is for the reader of this page, and what they did with it. Follows the topic, and asks over HTTP where the
 * socket does not tell. A store outside of React: the bell, the lines under the header and the page share one.
 */
import {
  type NotificationItem,
  type NotificationsState,
  notificationLimits,
  type Reading,
  reduceNotifications,
} from '@slipmat/contract/notifications';
import type { Problem, ProblemCode } from '@slipmat/contract/problems';
import type { Asking } from '../../api/asking.ts';
import { backOff } from '../../api/back-off.ts';
import type { Clock, Random } from '../../api/clock.ts';
import type { ProblemCentre } from '../../api/problem-centre.ts';
import { ProblemError, passesByItself } from '../../api/problem-error.ts';
import type { Realtime } from '../../api/socket.ts';
import { noTopicView, type TopicView, viewAfter } from '../../api/topic-view.ts';
import { askEvery, tells } from '../../api/use-either.ts';
import { type KeptReading, withKept } from './kept-readings.ts';
import type { Memory } from './memory.ts';
import { notificationsTopic } from './topic.ts';

export const inboxLimits = {
  /** What comes on screen within this time is told to the server at once. Milliseconds. */
  seenTogether: 700,
  /** So long the socket may take to tell, before it is asked over HTTP. Milliseconds. */
  socketWithin: 2_500,
} as const;

export interface InboxView {
  /** Newest first; undefined until the first answer. */
  readonly items: readonly NotificationItem[] | undefined;
  /** True when it may be behind. */
  readonly stale: boolean;
  readonly problem: Problem | undefined;
  readonly busy: boolean;
}

export interface InboxParts {
  readonly realtime: Pick<Realtime, 'follow'>;
  readonly asking: Pick<Asking<NotificationsState>, 'state' | 'subscribe' | 'repeat' | 'ask'>;
  readonly see: (ids: string[]) => Promise<unknown>;
  readonly dismiss: (id: string) => Promise<{ readonly reading: Reading }>;
  readonly confirm: (id: string, version: number) => Promise<{ readonly reading: Reading }>;
  readonly memory: Memory;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: ProblemCentre['report'];
}

export interface Inbox {
  /** The same object until something changes. */
  readonly view: () => InboxView;
  readonly subscribe: (listener: () => void) => () => void;
  /** Follows what is for this reader until the function it gives is called. @param readerId null: no account. */
  readonly open: (readerId: string | null) => () => void;
  /** This version of it was on screen. */
  readonly see: (id: string, version: number) => void;
  /** @throws ProblemError */
  readonly dismiss: (item: NotificationItem) => Promise<void>;
  /** Confirms the version that the item has. @throws ProblemError; when it was changed, the new one is shown. */
  readonly confirm: (item: NotificationItem) => Promise<void>;
  readonly retry: () => Promise<unknown>;
}

/** What the server answers to whoever has not the newest on screen. */
const outdated: readonly ProblemCode[] = ['notification-changed', 'notification-state', 'not-found'];

const nothingYet: InboxView = { items: undefined, stale: false, problem: undefined, busy: false };

/** A closed inbox. */
export function createInbox(parts: InboxParts): Inbox {
  const { clock, memory, asking } = parts;
  const listeners = new Set<() => void>();
  let reader: string | null = null;
  /** Counts readers: what was asked for another one counts for nothing. */
  let turn = 0;
  let topic: TopicView<NotificationsState> = noTopicView;
  let state: NotificationsState | undefined;
  /** What this page did, until and after the server tells it too. */
  let own = new Map<string, KeptReading>();
  let view = nothingYet;
  let stopAsking: () => void = () => undefined;
  /** Waiting to be told as seen. */
  let unsaid = new Map<string, NotificationItem>();
  let stopSaying: (() => void) | undefined;
  let failures = 0;

  const keptOf = (id: string): KeptReading | undefined => (reader === null ? memory.of(id) : own.get(id));

  function draw(): void {
    const told = tells(topic);
    const { data, error, isFetching } = asking.state();
    view = {
      items: state?.items.map((item) => withKept(item, keptOf(item.notification.id))),
      stale: state !== undefined && !told && error !== null,
      // Why the socket does not tell is of no concern while HTTP does.
      problem: told ? undefined : (error?.problem ?? (data === undefined ? topic.problem : undefined)),
      busy: isFetching,
    };
    for (const listener of listeners) listener();
  }

  function keep(items: readonly NotificationItem[], change: Partial<Reading>): void {
    const readings = items.map(({ notification, reading }) => {
      const known = keptOf(notification.id);
      const before = known?.version === notification.version ? known : reading;
      return [notification.id, { ...before, ...change, version: notification.version }] as const;
    });
    if (reader === null) memory.keep(readings);
    else for (const [id, reading] of readings) own.set(id, reading);
    draw();
  }

  /** Takes what HTTP answered. Changes of what is known already are monotone, so an older answer spoils nothing. */
  function answered(): void {
    const { data } = asking.state();
    if (data !== undefined && !tells(topic)) state = data;
    draw();
  }

  function startAsking(): void {
    stopAsking();
    asking.repeat(askEvery);
    stopAsking = asking.subscribe(answered);
    answered();
  }

  function stop(): void {
    stopAsking();
    stopAsking = () => undefined;
  }

  async function say(): Promise<void> {
    stopSaying = undefined;
    const mine = turn;
    const items = [...unsaid.values()].slice(0, notificationLimits.seenAtOnce);
    try {
      await parts.see(items.map(({ notification }) => notification.id));
      if (mine !== turn) return;
      for (const { notification } of items) unsaid.delete(notification.id);
      failures = 0;
      keep(items, { seenAt: clock.now() });
    } catch (failure) {
      const problem = parts.report(failure, 'noting what you have seen');
      if (mine !== turn) return;
      if (problem.code !== 'rate-limited' && !passesByItself(problem)) unsaid.clear();
      failures += 1;
    }
    if (unsaid.size > 0) saySoon(failures === 0 ? 0 : backOff(failures, parts.random));
  }

  function saySoon(wait: number): void {
    stopSaying ??= clock.after(wait, () => {
      say().catch((failure: unknown) => parts.report(failure, 'noting what you have seen'));
    });
  }

  /** What the server has now, for whoever just learnt that it is not what is on screen. */
  async function refresh(): Promise<void> {
    const mine = turn;
    const before = state?.items.map(({ notification }) => notification.id) ?? [];
    const { data, error } = await asking.ask();
    if (mine !== turn || data === undefined || error !== null || state === undefined) return;
    const there = new Set(data.items.map(({ notification }) => notification.id));
    const changes = [
      ...data.items.map(({ notification }) => ({ type: 'notifications.sent', notification }) as const),
      ...before.filter((id) => !there.has(id)).map((id) => ({ type: 'notifications.gone', id }) as const),
    ];
    state = changes.reduce<NotificationsState>(reduceNotifications, state);
    if (topic.state !== undefined) topic = { ...topic, state };
    draw();
  }

  function close(): void {
    turn += 1;
    stop();
    stopSaying?.();
    stopSaying = undefined;
    unsaid = new Map();
    own = new Map();
    topic = noTopicView;
    state = undefined;
    view = nothingYet;
  }

  return {
    view: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open(readerId) {
      reader = readerId;
      const stopWaiting = clock.after(inboxLimits.socketWithin, () => {
        if (!tells(topic)) startAsking();
      });
      const leave = parts.realtime.follow('notifications', (news) => {
        const before = topic;
        topic = viewAfter(topic, news, notificationsTopic);
        if (topic.state !== undefined && (tells(topic) || state === undefined)) state = topic.state;
        if (tells(topic)) stop();
        else if (tells(before) || topic.problem !== undefined) startAsking();
        draw();
      });
      const forget = memory.onChange(draw);
      return () => {
        stopWaiting();
        leave();
        forget();
        close();
      };
    },
    see(id, version) {
      const item = view.items?.find(({ notification }) => notification.id === id);
      if (item?.notification.version !== version || item.reading.seenAt !== null) return;
      if (reader === null) {
        keep([item], { seenAt: clock.now() });
        return;
      }
      unsaid.set(id, item);
      saySoon(inboxLimits.seenTogether);
    },
    async dismiss(item) {
      const now = clock.now();
      if (reader === null) {
        keep([item], { seenAt: item.reading.seenAt ?? now, dismissedAt: now });
        return;
      }
      const mine = turn;
      const { reading } = await parts.dismiss(item.notification.id);
      if (mine === turn) keep([item], reading);
    },
    async confirm(item) {
      const { id, version } = item.notification;
      const now = clock.now();
      if (reader === null) {
        keep([item], { seenAt: item.reading.seenAt ?? now, confirmedAt: now });
        return;
      }
      const mine = turn;
      try {
        const { reading } = await parts.confirm(id, version);
        if (mine === turn) keep([item], reading);
      } catch (failure) {
        if (failure instanceof ProblemError && outdated.includes(failure.problem.code)) await refresh();
        throw failure;
      }
    },
    retry: () => asking.ask(),
  };
}
