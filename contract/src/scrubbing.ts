/**
 * Takes people out of the texts of errors: what was quoted, numbers, addresses, e-mail. Pages do it before they
 * report, the server does it again, since anybody may call it.
 */

/** Longer texts are cut before they are read, which bounds what reading costs. Characters. */
const readLength = 2_000;
/** Enough for every message of a browser engine or driver with its particulars taken out. Characters. */
const messageLength = 200;

/** In this order: a URL may have an address and numbers in it, an address a number. */
const rules: readonly (readonly [RegExp, string])[] = [
  // Control and direction characters have no place in a message.
  [/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' '],
  [/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'`<>)\]]*/gi, '<url>'],
  [/\b(?:data|blob|mailto|javascript):[^\s"'`<>)\]]*/gi, '<url>'],
  [/[^\s@"'`<>(]{1,64}@[^\s@"'`<>)]{1,255}/g, '<email>'],
  [/"[^"]*"?|“[^”]*”?|«[^»]*»?|`[^`]*`?/g, '<text>'],
  // An apostrophe inside a word is not a quotation mark.
  [/(?<![\p{L}\p{N}])'[^']*(?:'(?![\p{L}])|$)|(?<![\p{L}\p{N}])‘[^’]*(?:’|$)/gu, '<text>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b|(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi, '<address>'],
  // Paths with what was asked for in them: the query, the handle of a person.
  [/(?<![\p{L}\p{N}<])\/[^\s"'`<>()]+/gu, '<path>'],
  // Secrets and other words that nobody would write.
  [/\b(?=[\w-]*\d)[\w-]{16,}\b/g, '<token>'],
  [/\d+(?:[.,]\d+)*/g, '<n>'],
];

/** The message of an error without what may be somebody's; one line. The same text scrubbed again is the same. */
export function scrubMessage(message: string): string {
  let text = message.slice(0, readLength);
  for (const [pattern, instead] of rules) text = text.replaceAll(pattern, instead);
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, messageLength);
}

/** A line of a log, for staff: whole, but for e-mail addresses, network addresses and the queries of URLs. */
export function scrubLogLine(line: string): string {
  return line
    .replaceAll(/[^\s@"'`<>(]{1,64}@[^\s@"'`<>)\\]{1,255}/g, '<email>')
    .replaceAll(/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, '<address>')
    .replaceAll(/\?[^\s"'\\]+/g, '?…');
}

/** The name of an error's class; anything else than a name is "Error". */
export function errorName(name: string): string {
  return /^[A-Za-z][\w.]{0,59}$/.test(name) ? name : 'Error';
}
