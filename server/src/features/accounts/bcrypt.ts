/** bcrypt off the main thread. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * @param salt the first 29 characters of a hash, such as `$2b$12$` and 22 of salt.
 * @returns the whole hash, 60 characters. Passwords count up to their 72nd byte.
 * @throws when the salt is none.
 */
export async function bcryptHash(password: string, salt: string): Promise<string> {
  const worker = new Worker(new URL('./bcrypt-worker.ts', import.meta.url), {
    workerData: { password, salt },
  });
  try {
    const [result] = await once(worker, 'message');
    return String(result);
  } finally {
    await worker.terminate();
  }
}
