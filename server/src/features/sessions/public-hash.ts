import { hash } from 'node:crypto';

/** Names a session in public: cannot be turned back into anything that signs in. */
export function publicHash(sessionId: string): string {
  return hash('sha256', `session ${sessionId}`, 'base64url').slice(0, 12);
}
