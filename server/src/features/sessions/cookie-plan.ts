/**
 * What a response that may set cookies does about them. Pure: which names go, which credential is replaced and
 * under which policy. Expiries go first and the live cookie last, because jars that know a cookie by name, domain
 * and path only (RFC 6265) would otherwise drop the live one with its twin.
 */
import type { SentCookies } from './cookie-header.ts';
import type { CookiePolicy } from './policies.ts';
import type { LiveCredential, Resolution } from './resolve.ts';

/** Where a roll-out of a cookie policy stands, for one session. */
export interface Placing {
  /** The policy that everybody gets who takes no part. */
  readonly base: CookiePolicy;
  /** The policy that is being rolled out. */
  readonly next: CookiePolicy | undefined;
  /** True: this session is among those that get it now. */
  readonly takesPart: boolean;
}

export interface CookiePlan {
  /** Policies whose cookie is expired everywhere. */
  readonly expire: readonly CookiePolicy[];
  /** Live cookies that are set again, because an expiry of their name goes before. */
  readonly again: readonly LiveCredential[];
  /** A credential that gets a successor under the policy. */
  readonly renew: { readonly credential: LiveCredential; readonly under: CookiePolicy } | undefined;
}

type SignedIn = Extract<Resolution, { kind: 'signed-in' }>;

/** The policy that the session's cookie is to be under. */
export function targetPolicy({ credential, live }: SignedIn, placing: Placing, now: number): string {
  const { base, next, takesPart } = placing;
  const { record } = credential;
  const wanted =
    next !== undefined && (takesPart || live.some((one) => one.record.policy === next.name)) ? next : base;
  const isRefused = record.refused?.policy === wanted.name && record.refused.until > now;
  if (!isRefused) return wanted.name;
  // This browser does not keep it: what it does keep goes on, and its person notices nothing.
  return credential.candidate.isForeign ? base.name : record.policy;
}

/** Names that the browser needs to stay signed in: a replaced credential only when it came alone. */
function neededNames(live: readonly LiveCredential[]): Set<string> {
  const unreplaced = live.filter(
    ({ record, candidate }) => record.graceUntil === null && !candidate.isForeign,
  );
  const needed = unreplaced.length > 0 ? unreplaced : live;
  return new Set(needed.map(({ candidate }) => candidate.name));
}

/** Every policy of ours that came and signs nobody in; and those of which several came, with the one to keep. */
function stale(
  sent: SentCookies,
  live: readonly LiveCredential[],
  policies: readonly CookiePolicy[],
): Pick<CookiePlan, 'expire' | 'again'> {
  const needed = neededNames(live);
  const came = policies.filter(({ name }) => sent.pairs.has(name));
  const hasTwin = ({ name }: CookiePolicy): boolean => (sent.pairs.get(name) ?? 0) > 1;
  const expire = came.filter((policy) => !needed.has(policy.name) || hasTwin(policy));
  const again = live.filter(
    ({ candidate }) =>
      needed.has(candidate.name) &&
      expire.some(({ name }) => name === candidate.name) &&
      !candidate.isForeign,
  );
  // Of several live ones with one name, such as before and after a rotation, the first is the newest.
  const names = new Set<string>();
  const once = again.filter(({ candidate }) => !names.has(candidate.name) && names.add(candidate.name));
  return { expire, again: once };
}

interface PlanInput {
  readonly resolution: Resolution;
  readonly sent: SentCookies;
  readonly policies: readonly CookiePolicy[];
  readonly placing: Placing;
  readonly now: number;
  /** Milliseconds after which a credential is renewed under its own policy. */
  readonly rotateAfter: number;
}

export function planCookies({
  resolution,
  sent,
  policies,
  placing,
  now,
  rotateAfter,
}: PlanInput): CookiePlan {
  if (resolution.kind === 'conflict') return { expire: [], again: [], renew: undefined };
  if (resolution.kind === 'anonymous') return { ...stale(sent, [], policies), renew: undefined };
  const { credential, live } = resolution;
  const { record } = credential;
  const plan = stale(sent, live, policies);
  const under = policies.find(({ name }) => name === targetPolicy(resolution, placing, now));
  // A replaced credential that came alone was under way when its successor was seen: the browser has that one.
  if (under === undefined || record.graceUntil !== null) return { ...plan, renew: undefined };
  const held = live.find((one) => one.record.policy === under.name && one.record.graceUntil === null);
  const isOld = now - (held?.record.issuedAt ?? 0) >= rotateAfter;
  return { ...plan, renew: isOld ? { credential: held ?? credential, under } : undefined };
}
