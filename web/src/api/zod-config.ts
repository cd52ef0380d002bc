/**
 * Keeps zod from making code out of strings, which the security policy forbids. zod decides when a schema is
 * made, so this runs before the contract: first of `main.tsx`, and in the chunk that zod itself is in
 * (`vite.config.ts`).
 */
import { config } from 'zod/mini';

config({ jitless: true });
