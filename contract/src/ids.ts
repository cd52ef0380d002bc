/** Identifiers and the small values that many schemas share. */
import * as z from 'zod/mini';

/** UUIDv7 (RFC 9562): sorts by time of creation. */
export const Id = z
  .string()
  .check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/));
export type Id = z.infer<typeof Id>;

/** Milliseconds since 1970-01-01T00:00:00Z. */
export const Instant = z.int().check(z.minimum(0), z.maximum(8_640_000_000_000_000));
export type Instant = z.infer<typeof Instant>;

/** A person's name in addresses and on the source port; never one of the words in `reservedHandles`. */
export const Handle = z
  .string()
  .check(
    z.trim(),
    z.toLowerCase(),
    z.regex(
      /^[a-z0-9](?:[a-z0-9_-]{1,28})[a-z0-9]$/,
      '3 to 30 letters a-z, digits, - or _; a letter or digit at both ends',
    ),
  );
export type Handle = z.infer<typeof Handle>;

/** Mounts of the source port and paths of the site that a handle would hide. */
export const reservedHandles: readonly string[] = [
  'admin',
  'api',
  'listen',
  'source',
  'status-json',
  'stream',
  'live',
  'slipmat',
  'system',
  'me',
];

/** An event's name in addresses. */
export const Slug = z.string().check(z.regex(/^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$/));
export type Slug = z.infer<typeof Slug>;

/** A name for people to read: one line, no control characters, trimmed. */
export const DisplayName = z
  .string()
  .check(
    z.trim(),
    z.minLength(1),
    z.maxLength(60),
    z.regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'no control characters'),
  );

/** A client's own name for one act: the same key again gives the same answer and does nothing twice. */
export const IdempotencyKey = z.string().check(z.minLength(8), z.maxLength(64), z.regex(/^[\w-]+$/));

/** The reply of an endpoint that has nothing to say. */
export const Nothing = z.object({});

/** A text of one line, trimmed and not empty. @param longest characters. */
// @__NO_SIDE_EFFECTS__
export function oneLine(longest: number) {
  return z
    .string()
    .check(
      z.trim(),
      z.minLength(1),
      z.maxLength(longest),
      z.regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'one line, no control characters'),
    );
}

/** A text of any number of lines, trimmed; it may be empty. @param longest characters. */
// @__NO_SIDE_EFFECTS__
export function manyLines(longest: number) {
  return z
    .string()
    .check(z.trim(), z.maxLength(longest), z.regex(/^(?:[^\p{Cc}]|[\n\t])*$/u, 'no control characters'));
}
