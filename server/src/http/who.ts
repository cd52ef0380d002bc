/** Who is asking: the one answer that HTTP, sockets and listeners get from the sessions feature. */
import type { Account, Person } from '@slipmat/contract/accounts';
import type { Group } from '@slipmat/contract/capabilities';
import type { AnonymousReason } from '@slipmat/contract/sessions';

/**
 * Ends the stored address of somebody who has none: addresses are unique and never null in storage, and `.invalid`
 * is nobody's (RFC 2606).
 */
export const missingEmailSuffix = '@missing.invalid';

export interface SignedInPerson {
  readonly id: string;
  readonly handle: string;
  readonly displayName: string;
  readonly email: string;
  readonly createdAt: number;
  /** Null: nobody has proven that the address is theirs. */
  readonly emailVerifiedAt: number | null;
  /** Those that count: a DJ without a verified address has no active profile. */
  readonly groups: readonly Group[];
  /** Those that count again when the address is verified. */
  readonly pausedGroups: readonly Group[];
}

/** Groups that count only with a verified e-mail address: who plays must be reachable. */
export const groupsThatNeedEmail: ReadonlySet<Group> = new Set<Group>(['dj']);

/**
 * The groups that count and those that wait.
 * @param given all that somebody was put into, in the order of the contract.
 */
export function effectiveGroups(
  given: readonly Group[],
  emailVerifiedAt: number | null,
): Pick<SignedInPerson, 'groups' | 'pausedGroups'> {
  if (emailVerifiedAt !== null) return { groups: given, pausedGroups: [] };
  return {
    groups: given.filter((group) => !groupsThatNeedEmail.has(group)),
    pausedGroups: given.filter((group) => groupsThatNeedEmail.has(group)),
  };
}

export interface SignedIn {
  readonly kind: 'signed-in';
  readonly person: SignedInPerson;
  readonly sessionId: string;
  /** When the person gave their password for the cookies that came, milliseconds; null: for none of them. */
  readonly authenticatedAt: number | null;
  /** For the header `slipmat-csrf`. */
  readonly csrfToken: string;
}

/** `unknown` (storage did not answer) is not among them: identifying throws `storage-unavailable` instead. */
export type Who =
  | { readonly kind: 'anonymous'; readonly reason: AnonymousReason }
  | SignedIn
  | { readonly kind: 'conflict' };

/** What a request or a socket handshake says about itself. */
export interface Asker {
  readonly cookieHeader: string | undefined;
  readonly userAgent: string;
  /** The client's, proxies considered. */
  readonly address: string;
  /** Host name without a port, and path: where cookies may lie that only this request was sent with. */
  readonly host: string;
  readonly path: string;
  /**
   * False: says nothing about which cookies the browser keeps, since the response sets none and the host may not
   * be one that all of them reach (the gate).
   */
  readonly isBrowserVisit: boolean;
}

export interface Identified {
  readonly who: Who;
  /** Short public hash of the session, or "none". */
  readonly session: string;
  /** `Set-Cookie` lines that bring the browser's cookies in order, expiries first; for responses that may set cookies. */
  readonly cookieLines: () => Promise<readonly string[]>;
}

/** @throws ProblemError `storage-unavailable`, `header-too-large` */
export type Identify = (asker: Asker) => Promise<Identified>;

/** What the header `slipmat-session` says without a session. */
export const noSession = 'none';

/** A person as everyone may see them. */
export function toPerson({ id, handle, displayName, groups }: SignedInPerson): Person {
  return { id, handle, displayName, groups: [...groups] };
}

/** Null for somebody who has no address. */
export function emailOf({ email }: Pick<SignedInPerson, 'email'>): string | null {
  return email.endsWith(missingEmailSuffix) ? null : email;
}

/** A person as they see themselves. */
export function toAccount(person: SignedInPerson): Account {
  return {
    ...toPerson(person),
    email: emailOf(person),
    emailVerifiedAt: emailOf(person) === null ? null : person.emailVerifiedAt,
    pausedGroups: [...person.pausedGroups],
    createdAt: person.createdAt,
  };
}
