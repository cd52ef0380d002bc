/** Cookie policies as this feature is handed them. */

export interface PolicyRow {
  readonly version: number;
  /** Of the cookie. */
  readonly name: string;
  /** Null: the one host only. */
  readonly domain: string | null;
  readonly secure: boolean;
  readonly declaredAt: number;
  /** Null: given to no browser yet. */
  readonly writtenFrom: number | null;
  /** Null: still written, if it ever was. */
  readonly writtenUntil: number | null;
}

/** What the settings want the cookie to be. */
export interface PolicyWish {
  readonly domain: string | null;
  readonly secure: boolean;
}

/** True when browsers are given it. */
export function isWritten({ writtenFrom, writtenUntil }: PolicyRow): boolean {
  return writtenFrom !== null && writtenUntil === null;
}

export function newestWritten(policies: readonly PolicyRow[]): PolicyRow | undefined {
  return policies.filter(isWritten).toSorted((a, b) => b.version - a.version)[0];
}

/** The policy that the settings want, when browsers are not given it. */
export function unwrittenWish(policies: readonly PolicyRow[], wish: PolicyWish): PolicyRow | undefined {
  const wished = policies.find(({ domain, secure }) => domain === wish.domain && secure === wish.secure);
  return wished === undefined || isWritten(wished) ? undefined : wished;
}
