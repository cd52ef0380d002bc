/** What the chat says about itself, in words. */
import { closeCodes } from '@slipmat/contract/close-codes';
import type { ConnectionStatus } from '../../api/socket.ts';
import type { Standing } from './standing.ts';

export interface ChatSaying {
  readonly text: string;
  readonly tone: 'good' | 'wait' | 'bad';
  /** What the button beside it does. */
  readonly act?: 'retry' | 'reload' | 'sign-in';
}

/**
 * The line about the connection.
 * @param now milliseconds, for the seconds until the next try.
 */
export function sayConnection(connection: ConnectionStatus, now: number): ChatSaying {
  switch (connection.state) {
    case 'open':
      return { text: 'Connected', tone: 'good' };
    case 'connecting':
      return { text: connection.reason === undefined ? 'Connecting…' : 'Reconnecting…', tone: 'wait' };
    case 'waiting': {
      const seconds = Math.max(0, Math.ceil(((connection.retryAt ?? now) - now) / 1000));
      const next = seconds === 0 ? 'Reconnecting…' : `Reconnecting in ${seconds} s.`;
      return { text: `${whyLost(connection)} ${next}`, tone: 'wait', act: 'retry' };
    }
    case 'stopped':
      return sayStopped(connection);
  }
}

function sayStopped(connection: ConnectionStatus): ChatSaying {
  const text = `${whyLost(connection)} New messages do not arrive.`;
  const { reason } = connection;
  const signsIn =
    reason !== undefined && reason !== 'offline' && closeCodes[reason].reconnect === 'after sign-in';
  return { text, tone: 'bad', act: signsIn ? 'sign-in' : 'reload' };
}

function whyLost({ reason }: ConnectionStatus): string {
  return reason === undefined || reason === 'offline' ? 'No connection.' : closeCodes[reason].sentence;
}

/** Why the reader cannot write, or when; undefined when nothing is in the way. */
export function sayStanding(standing: Standing, now: number): string | undefined {
  switch (standing.name) {
    case 'may-write':
      return undefined;
    case 'loading':
      return 'One moment…';
    case 'sign-in':
      return 'Sign in to write in the chat.';
    case 'closed':
      return 'This chat is closed. You can still read it.';
    case 'muted':
      return 'You are muted in this chat for the rest of the event. You can still read it.';
    case 'not-allowed':
      return 'Your account may read this chat, but not write in it.';
    case 'must-read':
      return 'There is a message to confirm at the top of the page. Then you can write.';
    case 'timed-out':
      return `You are in a time-out. You can write again in ${spell(standing.until - now)}.`;
    case 'slow':
      return `Slow mode: your next message can go out in ${spell(standing.until - now)}.`;
  }
}

/** "45 s", "4 min 05 s", "2 h 10 min": for sentences. */
export function spell(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  if (minutes > 0) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${seconds} s`;
}
