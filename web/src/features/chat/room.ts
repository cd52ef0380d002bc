/**
 * One open chat: follows its topic, sends the reader's lines, reads history, and keeps what is not sent yet.
 * A store outside of React, so that it runs in tests as it runs in the page.
 */
import { type ChatMessage, ChatState, ChatTopicEvent, chatMessages } from '@slipmat/contract/chat';
import type { Problem } from '@slipmat/contract/problems';
import type { Clock } from '../../api/clock.ts';
import type { ProblemCentre } from '../../api/problem-centre.ts';
import { clientProblem, ProblemError } from '../../api/problem-error.ts';
import type { Realtime, TopicNews } from '../../api/socket.ts';
import { type KeepingPlace, keep, restore } from './keeping.ts';
import { type ChatAction, type ChatLog, emptyLog, linesToResend, reduceLog } from './state.ts';

export interface RoomView {
  readonly log: ChatLog;
  readonly draft: string;
  /** True while the log may be behind. */
  readonly stale: boolean;
  /** Why the topic cannot be followed. */
  readonly problem: Problem | undefined;
  readonly history: { readonly busy: boolean; readonly problem: Problem | undefined };
}

export interface RoomParts {
  readonly slug: string;
  readonly realtime: Pick<Realtime, 'follow' | 'send' | 'status' | 'onStatus'>;
  /** The page of messages before the given one. */
  readonly readHistory: (
    before: string,
  ) => Promise<{ readonly messages: readonly ChatMessage[]; readonly more: boolean }>;
  readonly place: KeepingPlace;
  readonly clock: Pick<Clock, 'now'>;
  /** A fresh idempotency key. */
  readonly newKey: () => string;
  readonly report: ProblemCentre['report'];
}

export interface Room {
  readonly view: () => RoomView;
  readonly subscribe: (listener: () => void) => () => void;
  /** Follows the topic until the function it gives is called. */
  readonly open: () => () => void;
  /** Says who reads; their draft and unsent lines come back. Null: nobody is signed in, or not any more. */
  readonly identify: (personId: string | null) => void;
  readonly setDraft: (draft: string) => void;
  /** Sends the draft, if there is anything in it. */
  readonly say: () => void;
  readonly retry: (key: string) => void;
  /** Takes a failed line back into the draft. */
  readonly edit: (key: string) => void;
  readonly drop: (key: string) => void;
  readonly readOlder: () => void;
}

/** The text as it may be posted: trimmed, tabs and other control characters as spaces. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n]/gu, ' ')
    .trim();
}

/** A closed room that knows nobody. */
export function createRoom(parts: RoomParts): Room {
  const { realtime, slug, place } = parts;
  const listeners = new Set<() => void>();
  let personId: string | null = null;
  /** Whose the unsent words are: of whoever is signed in, or was when the session ended under the open page. */
  let writerId: string | null = null;
  let wasOpen = false;
  let view: RoomView = {
    log: emptyLog,
    draft: '',
    stale: false,
    problem: undefined,
    history: { busy: false, problem: undefined },
  };

  function set(change: Partial<RoomView>): void {
    view = { ...view, ...change };
    for (const listener of listeners) listener();
  }
  function act(...actions: readonly ChatAction[]): void {
    set({ log: actions.reduce(reduceLog, view.log) });
  }
  function save(): void {
    if (writerId === null) return;
    try {
      keep(place, slug, writerId, view.draft, view.log.own);
    } catch (failure) {
      // Storage may be full or forbidden; the lines stay on the page, which the person is told.
      parts.report(failure, 'keeping your unsent lines');
    }
  }
  function remembered(id: string | null): ReturnType<typeof restore> {
    try {
      if (id !== null) return restore(place, slug, id);
    } catch (failure) {
      parts.report(failure, 'your unsent lines');
    }
    return { draft: '', lines: [] };
  }
  /** Words of the server about a room change what is still unsent. */
  function told(...actions: readonly ChatAction[]): void {
    const before = view.log.own;
    act(...actions);
    if (view.log.own !== before) save();
  }

  function notUnderstood(cause: unknown): Problem {
    const violation = new ProblemError(clientProblem('contract-violation', Math.random), { cause });
    return parts.report(violation, 'the chat', { shown: true });
  }

  function heard(news: TopicNews): void {
    switch (news.type) {
      case 'snapshot': {
        const state = ChatState.safeParse(news.state);
        if (state.success) told({ type: 'snapshot', state: state.data });
        else set({ problem: notUnderstood(state.error) });
        return;
      }
      case 'events':
        told(
          ...news.events.flatMap((event): ChatAction[] => {
            const own = ChatTopicEvent.safeParse(event);
            if (own.success) return [{ type: 'event', event: own.data }];
            set({ problem: notUnderstood(own.error), stale: true });
            return [];
          }),
        );
        return;
      case 'current':
        set({ stale: false, problem: undefined });
        return;
      case 'stale':
        set({ stale: view.log.room !== undefined });
        return;
      case 'problem':
        set({ problem: news.problem, stale: view.log.room !== undefined });
        return;
    }
  }

  async function deliver(key: string): Promise<void> {
    const line = view.log.own.find((candidate) => candidate.key === key);
    if (line === undefined) return;
    try {
      await realtime.send(chatMessages.say, { slug, text: line.text, key });
      told({ type: 'sent', key });
    } catch (failure) {
      const problem =
        failure instanceof ProblemError
          ? failure.problem
          : parts.report(failure, 'sending a chat message', { shown: true });
      told({ type: 'failed', key, problem });
    }
  }
  /** `deliver` never rejects; every outcome is on the line. */
  function start(key: string): void {
    deliver(key).catch((failure: unknown) => parts.report(failure, 'sending a chat message'));
  }

  async function resend(): Promise<void> {
    const lines = linesToResend(view.log, parts.clock.now());
    told(...lines.map((line): ChatAction => ({ type: 'sending', key: line.key })));
    // One after the other: they were written in this order.
    for (const line of lines) await deliver(line.key);
  }
  function connected(): void {
    const open = realtime.status().state === 'open';
    if (open && !wasOpen && personId !== null)
      resend().catch((failure: unknown) => parts.report(failure, 'sending chat messages again'));
    wasOpen = open;
  }

  async function fetchOlder(before: string): Promise<void> {
    set({ history: { busy: true, problem: undefined } });
    try {
      const page = await parts.readHistory(before);
      act({ type: 'page', ...page });
      set({ history: { busy: false, problem: undefined } });
    } catch (failure) {
      const problem = parts.report(failure, 'older chat messages', { shown: true });
      set({ history: { busy: false, problem } });
    }
  }

  return {
    view: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open() {
      wasOpen = false;
      const unfollow = realtime.follow(`chat:${slug}`, heard);
      const unwatch = realtime.onStatus(connected);
      connected();
      return () => {
        unfollow();
        unwatch();
      };
    },
    identify(id) {
      if (id === personId) return;
      personId = id;
      // Whoever was signed out keeps in view what they typed.
      if (id === null) return;
      writerId = id;
      const kept = remembered(id);
      set({ draft: kept.draft, log: { ...view.log, own: [] } });
      act({ type: 'restored', lines: kept.lines });
      wasOpen = false;
      connected();
    },
    setDraft(draft) {
      set({ draft });
      save();
    },
    say() {
      const text = cleanText(view.draft);
      if (text === '' || personId === null) return;
      const key = parts.newKey();
      act({ type: 'say', key, text, at: parts.clock.now() });
      set({ draft: '' });
      save();
      start(key);
    },
    retry(key) {
      told({ type: 'sending', key });
      start(key);
    },
    edit(key) {
      const line = view.log.own.find((candidate) => candidate.key === key);
      if (line === undefined) return;
      act({ type: 'dropped', key });
      set({ draft: view.draft === '' ? line.text : `${line.text}\n${view.draft}` });
      save();
    },
    drop(key) {
      told({ type: 'dropped', key });
    },
    readOlder() {
      const first = view.log.room?.messages[0];
      if (first === undefined || view.history.busy) return;
      fetchOlder(first.id).catch((failure: unknown) => parts.report(failure, 'older chat messages'));
    },
  };
}
