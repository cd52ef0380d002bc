import { hash } from 'node:crypto';
import { noSession, type Who } from '#server/http/who.ts';

/** Names a session in public: cannot be turned back into anything that signs in. */
export function publicHash(sessionId: string): string {
  return hash('sha256', `session ${sessionId}`, 'base64url').slice(0, 12);
}

/** What the header `slipmat-session` says: a public hash, "conflict" or "none". */
export function publicSession(who: Who): string {
  if (who.kind === 'signed-in') return publicHash(who.sessionId);
  return who.kind === 'conflict' ? 'conflict' : noSession;
}
