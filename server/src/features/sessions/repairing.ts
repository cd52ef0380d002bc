/** Finding out how a browser's cookies were read, and mending what is wrong with them. */
import type { CookieReading } from '@slipmat/contract/sessions';
import { type Asker, noSession } from '#server/http/who.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import type { SentCookies } from './cookie-header.ts';
import type { CookieLines, Place } from './cookie-lines.ts';
import type { CookiePlan } from './cookie-plan.ts';
import type { Credentials } from './credentials.ts';
import { publicHash } from './public-hash.ts';
import type { Looked, Resolution } from './resolve.ts';

export interface RepairingDeps {
  readonly lookUp: (cookieHeader: string | undefined) => Promise<Looked>;
  readonly planFor: (resolution: Resolution, sent: SentCookies, host: string) => CookiePlan;
  readonly lines: CookieLines;
  readonly renew: Credentials['renew'];
  readonly end: (sessionIds: readonly string[]) => Promise<number>;
}

export function createRepairing({ lookUp, planFor, lines, renew, end }: RepairingDeps) {
  return {
    /** The accounts that the browser is signed in to, newest sign-in first. */
    async accounts(cookieHeader: string | undefined) {
      const { resolution } = await lookUp(cookieHeader);
      if (resolution.kind === 'anonymous') return [];
      const found = new Map(resolution.live.map((live) => [live.record.person.id, live] as const));
      return [...found.values()].map(({ record, candidate }) => ({
        session: publicHash(record.sessionId),
        person: record.person,
        signedInAt: record.startedAt,
        cookie: candidate.name,
      }));
    },
    /**
     * Keeps one of the accounts that the browser is signed in to, and signs the others out in it.
     * @throws ProblemError `not-found` when none of its sessions is the named one.
     */
    async choose(session: string, cookieHeader: string | undefined, place: Place) {
      const { sent, resolution } = await lookUp(cookieHeader);
      const live = resolution.kind === 'anonymous' ? [] : resolution.live;
      const chosen = live.find(({ record }) => publicHash(record.sessionId) === session);
      if (chosen === undefined) throw new ProblemError('not-found');
      const kept = live.filter(({ record }) => record.person.id === chosen.record.person.id);
      await end(live.filter((one) => !kept.includes(one)).map(({ record }) => record.sessionId));
      const plan = planFor({ kind: 'signed-in', credential: chosen, live: kept }, sent, place.host);
      return { person: chosen.record.person, session, cookieLines: lines.of(plan, sent, place) };
    },
    /** Every cookie that signs nobody in away, wherever it lies; the live ones again. */
    async repair(asker: Asker) {
      const { sent, resolution } = await lookUp(asker.cookieHeader);
      const plan = planFor(resolution, sent, asker.host);
      const live = resolution.kind === 'signed-in' ? resolution.live : [];
      const keep = live.filter(({ record, candidate }) => record.graceUntil === null && !candidate.isForeign);
      const needed = new Set(keep.map(({ candidate }) => candidate.name));
      const cookieLines = [...lines.everywhere(sent, asker), ...keep.toReversed().map(lines.live)];
      if (plan.renew !== undefined)
        cookieLines.push(await renew(plan.renew.credential, plan.renew.under, asker.userAgent));
      const removed = plan.expire.map(({ name }) => name).filter((name) => !needed.has(name));
      const record = resolution.kind === 'signed-in' ? resolution.credential.record : undefined;
      const session = record === undefined ? noSession : publicHash(record.sessionId);
      return { person: record?.person ?? null, session, removed, cookieLines };
    },
    /** How each cookie of ours was read. */
    async readings(cookieHeader: string | undefined): Promise<CookieReading[]> {
      const { sent, records, resolution } = await lookUp(cookieHeader);
      const live = resolution.kind === 'anonymous' ? [] : resolution.live;
      const read = sent.candidates.map((candidate): CookieReading => {
        const proof = live.find((one) => one.candidate === candidate);
        const isKnown = records.some(({ id }) => id === candidate.credentialId);
        const state = candidate.isForeign
          ? 'foreign'
          : proof !== undefined
            ? 'live'
            : isKnown
              ? 'stale'
              : 'unknown';
        return {
          name: candidate.name,
          state,
          session: proof === undefined ? null : publicHash(proof.record.sessionId),
        };
      });
      const unreadable = [...sent.pairs].flatMap(([name, count]) => {
        const readable = sent.candidates.filter((candidate) => candidate.name === name).length;
        return Array.from({ length: count - readable }, () => ({
          name,
          state: 'unknown' as const,
          session: null,
        }));
      });
      return [...read, ...unreadable];
    },
  };
}
