/** Secrets that people carry in links and settings, as they are stored. */
import { hash } from 'node:crypto';

/** SHA-256, hexadecimal. For secrets of at least 128 random bits, where a slow hash would add nothing. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}
