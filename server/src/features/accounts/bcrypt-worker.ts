/**
 * One bcrypt hash on a thread of its own: the algorithm here is JavaScript, and a hash of a usual cost would hold up
 * the sound and the chat of everybody for a quarter of a second.
 */
import { parentPort, workerData } from 'node:worker_threads';
import bcrypt from 'bcryptjs';
import { z } from 'zod';

const { password, salt } = z.object({ password: z.string(), salt: z.string() }).parse(workerData);
parentPort?.postMessage(bcrypt.hashSync(password, salt));
