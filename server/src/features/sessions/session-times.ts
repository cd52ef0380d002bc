const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** Times of a session, in milliseconds. */
export const sessionTimes = {
  /** Without a visit for so long, it ends. */
  idle: 30 * day,
  /** Ends at the latest; below the 400 days that browsers keep a cookie. */
  absolute: 365 * day,
  /** A credential is replaced after this time. */
  rotateAfter: 1 * day,
  /** A replaced credential lives on for requests that were under way. */
  grace: 1 * minute,
  /** How exact "last seen" is; each step is a write. */
  lastSeenStep: 5 * minute,
  /** Visits without a cookie that was just given say nothing yet: they may have been under way. */
  returnAfter: 5 * second,
  /** A password that was given counts for so long, for acts that need it given lately. */
  stepUpLasts: 30 * minute,
  /** A browser that does not keep a cookie is not given it again for so long. */
  refusedFor: 7 * day,
} as const;

/** How long a session that begins now lives. */
export function lifeFrom(now: number) {
  return {
    now,
    idleExpiresAt: now + sessionTimes.idle,
    absoluteExpiresAt: now + sessionTimes.absolute,
  };
}
