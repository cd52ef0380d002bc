/** People who come from an old site with what it knew of them: their name there becomes a handle here. */
import { Email } from '@slipmat/contract/accounts';
import type { Group } from '@slipmat/contract/capabilities';
import { Handle, reservedHandles } from '@slipmat/contract/ids';
import type { Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import { groupsThatNeedEmail, missingEmailSuffix } from '#server/http/who.ts';
import * as store from './store.ts';

export interface NewcomerData {
  /** Their key on the old site, for a handle where the name leaves nothing to make one of. */
  readonly foreignId: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** As the old site stores it. */
  readonly passwordHash: string;
  /** Beside member. */
  readonly groups: readonly Group[];
}

/** The contract's limits of `Handle` and `DisplayName`. */
const handleLength = { min: 3, max: 30 } as const;
const displayNameLength = 60;

/** Handles looked up at once while looking for a free one. */
const handlesAtOnce = 20;
/** A name that so many others have already is none that anybody would look for. */
const maxSuffix = 10_000;

/** A name that is an e-mail address is private from the @ on. */
function publicName(username: string): string {
  return username.includes('@') ? username.slice(0, username.indexOf('@')) : username;
}

/** Cuts to at most `length`, with a letter or digit at both ends. */
function trimmed(text: string, length: number): string {
  return text.slice(0, length).replaceAll(/^[-_]+|[-_]+$/g, '');
}

/** The handle that somebody would have if it were free: letters without their accents, `-` for what a handle cannot have. */
export function handleFrom({ username, foreignId }: Pick<NewcomerData, 'username' | 'foreignId'>): string {
  const plain = publicName(username)
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-');
  const handle = trimmed(plain, handleLength.max);
  if (handle === '') return `person-${foreignId}`;
  return handle.length < handleLength.min ? `${handle}-${foreignId}` : handle;
}

/** The handle itself, then `-2`, `-3`…, never longer than a handle may be. */
export function suffixed(handle: string, number: number): string {
  if (number === 1) return handle;
  const suffix = `-${number}`;
  return `${trimmed(handle, handleLength.max - suffix.length)}${suffix}`;
}

/** First and last name, or the name that they signed in with; without what a display name cannot have. */
export function displayNameFrom(newcomer: NewcomerData, handle: string): string {
  const names = [`${newcomer.firstName} ${newcomer.lastName}`, publicName(newcomer.username)];
  const clean = names.map((name) => {
    const oneLine = name
      .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
      .trim()
      .slice(0, displayNameLength);
    return oneLine.toWellFormed().replaceAll('\uFFFD', '').trim();
  });
  return clean.find((name) => name !== '') ?? handle;
}

/** In lower case; undefined when it is no address. */
function emailFrom(text: string): string | undefined {
  const email = Email.safeParse(text.toLowerCase());
  return email.success && !email.data.endsWith(missingEmailSuffix) ? email.data : undefined;
}

/** The first of handle, handle-2, handle-3… that nobody has. */
async function freeHandle(trx: Transaction<Tables>, wanted: string): Promise<string> {
  for (let number = 1; number < maxSuffix; number += handlesAtOnce) {
    const candidates = Array.from({ length: handlesAtOnce }, (_, index) => suffixed(wanted, number + index));
    const taken = new Set([...reservedHandles, ...(await store.takenHandles(trx, candidates))]);
    const free = candidates.find((candidate) => !taken.has(candidate));
    if (free !== undefined) return free;
  }
  throw new Error(`no handle is free for somebody called ${wanted}`);
}

/** Each repetition means that somebody else took the handle or address at the same moment. */
const tries = 10;

/**
 * Makes a person of somebody who comes from an old site. An address that somebody here has already stays theirs: the
 * old site may never have checked it, so it proves nobody to be the same person.
 * @param now milliseconds since 1970.
 */
export async function insertNewcomer(
  trx: Transaction<Tables>,
  newcomer: NewcomerData,
  { id, now }: { readonly id: string; readonly now: number },
): Promise<void> {
  const wantedHandle = Handle.parse(handleFrom(newcomer));
  const wantedEmail = emailFrom(newcomer.email);
  for (let tried = 0; tried < tries; tried += 1) {
    const handle = await freeHandle(trx, wantedHandle);
    const isFree = wantedEmail !== undefined && !(await store.isEmailTaken(trx, wantedEmail));
    const isInserted = await store.insertIfFree(trx, {
      id,
      handle,
      email: isFree ? wantedEmail : `${handle}${missingEmailSuffix}`,
      displayName: displayNameFrom(newcomer, handle),
      passwordHash: newcomer.passwordHash,
      createdAt: now,
      groups: ['member', ...newcomer.groups],
    });
    if (!isInserted) continue;
    // Who plays on the old site goes on here without noticing, as whoever played before addresses were verified.
    if (newcomer.groups.some((group) => groupsThatNeedEmail.has(group))) await store.trustEmail(trx, id, now);
    return;
  }
  throw new Error('somebody else took every handle that was free a moment before');
}
