/** Bytes of an idempotency key: as many as a UUID has, so that two never meet. */
const keyBytes = 16;

/** A fresh idempotency key. Not `randomUUID`, which a page over plain http on a local network does not have. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(keyBytes)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
