/**
 * Why a `/realtime` socket was closed, and whether the client comes back. RFC 6455 §7.4.2 leaves 4000-4999 to
 * applications. Here 40xx: come back; 41xx: come back after signing in; 42xx: do not.
 */
export const closeCodes = {
  shuttingDown: { code: 4000, reconnect: 'yes', sentence: 'The server is restarting.' },
  tooSlow: { code: 4001, reconnect: 'yes', sentence: 'Your connection was too slow to keep up.' },
  heartbeatMissed: { code: 4002, reconnect: 'yes', sentence: 'The connection went quiet.' },
  storageUnavailable: { code: 4003, reconnect: 'yes', sentence: 'The server cannot reach its storage.' },
  sessionEnded: { code: 4100, reconnect: 'after sign-in', sentence: 'This device was signed out.' },
  sessionConflict: {
    code: 4101,
    reconnect: 'after sign-in',
    sentence: 'Two accounts at once in this browser.',
  },
  badMessage: {
    code: 4200,
    reconnect: 'no',
    sentence: 'This page and the server do not understand each other.',
  },
  tooManyMessages: { code: 4201, reconnect: 'no', sentence: 'This page sent far too many messages.' },
} as const;

export type CloseReason = keyof typeof closeCodes;
export type Reconnect = (typeof closeCodes)[CloseReason]['reconnect'];

/** What a client does after a close with this code; codes that are not ours (1006, 1011, …) mean come back. */
export function reconnectAfter(code: number): Reconnect {
  const entry = Object.values(closeCodes).find((candidate) => candidate.code === code);
  return entry?.reconnect ?? 'yes';
}
