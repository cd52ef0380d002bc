/** The source port, wired to people, keys and the line-up. */
import { type RefusalReason, refusals } from '@slipmat/contract/broadcast';
import type { RateLimit } from '#server/http/rate-limit.ts';
import type { SignedInPerson } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { limitKey } from '#server/platform/network.ts';
import type { Desk } from './desk.ts';
import type { Authentication, AuthenticationAttempt, IngestHooks, RefusalRecord } from './ingest/hooks.ts';
import { createIngestServer, type IngestServer, type TlsMaterial } from './ingest/server.ts';
import type { StreamKeys } from './keys.ts';
import type { SourceDj, Sources } from './sources.ts';

export interface SourcePortDeps {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsMaterial | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly rateLimit: RateLimit;
  readonly keys: StreamKeys;
  readonly desk: Desk;
  readonly sources: Sources;
  readonly personByHandle: (handle: string) => Promise<SignedInPerson | undefined>;
  readonly personById: (id: string) => Promise<SignedInPerson | undefined>;
  readonly listenersAt: (eventId: string) => number;
}

/** Wrong keys of one address: guessing 118 bits is hopeless anyway, this keeps the log readable. */
const wrongKeys = { burst: 60, perMinute: 60 };

/** The handle in a mount: `/nova`, also with an ending that some software insists on, such as `/nova.mp3`. */
export function handleOfMount(mount: string): string {
  return mount
    .replace(/^\/+/, '')
    .replace(/\.[a-z0-9]{2,4}$/i, '')
    .toLowerCase();
}

function isToldToDj(reason: string): reason is RefusalReason {
  return reason in refusals;
}

/** A source port that does not listen yet. */
export function createSourcePort(deps: SourcePortDeps): IngestServer {
  const { clock, log, keys, desk, sources } = deps;
  const startedAt = clock.now();

  /** A Shoutcast title update names no mount: its key alone tells whose it is. */
  async function judgeByKey(key: string): Promise<Authentication<SourceDj>> {
    const owner = await keys.ownerOf(key);
    const person = owner === undefined ? undefined : await deps.personById(owner.personId);
    if (owner === undefined || person === undefined) return { kind: 'denied', reason: 'wrong-key' };
    return { kind: 'known', dj: { id: person.id, person, keyId: owner.keyId } };
  }

  async function judge(attempt: AuthenticationAttempt): Promise<Authentication<SourceDj>> {
    if (attempt.mount === null) return judgeByKey(attempt.key);
    const handle = handleOfMount(attempt.mount);
    const person = await deps.personByHandle(handle);
    if (person === undefined) return { kind: 'unknown-mount' };
    const user = attempt.user.toLowerCase();
    if (user !== 'source' && user !== handle) return { kind: 'denied', reason: 'wrong-user' };
    const verdict = await keys.check(person.id, attempt.key);
    if (verdict.kind === 'good') {
      if (attempt.purpose === 'source') await keys.noteUse(verdict.keyId);
      return { kind: 'known', dj: { id: person.id, person, keyId: verdict.keyId } };
    }
    deps.rateLimit.take(`stream key ${limitKey(attempt.remoteAddress)}`, wrongKeys);
    return { kind: 'denied', reason: verdict.kind === 'revoked' ? 'key-revoked' : 'wrong-key' };
  }

  /** A refusal before the key was good belongs to whoever's mount was meant. */
  async function record(refusal: RefusalRecord<SourceDj>): Promise<void> {
    const { reason, mount, purpose, userAgent, remoteAddress, at } = refusal;
    if (purpose === 'metadata' || !isToldToDj(reason)) return;
    const person =
      refusal.dj?.person ?? (mount === null ? undefined : await deps.personByHandle(handleOfMount(mount)));
    if (person === undefined) return;
    await desk.refuse(person.id, {
      reason,
      client: userAgent ?? 'unknown software',
      address: remoteAddress,
      at,
    });
  }

  const hooks: IngestHooks<SourceDj> = {
    async authenticate(attempt) {
      try {
        return await judge(attempt);
      } catch (error) {
        log.warn({ err: error }, 'stream key not checked');
        return { kind: 'unavailable' };
      }
    },
    async admit(candidate) {
      const reason = desk.profileRefusal(candidate.dj.person);
      if (reason !== undefined) return { kind: 'refused', reason };
      try {
        return await sources.admit(candidate);
      } catch (error) {
        log.error({ err: error }, 'source not admitted');
        return { kind: 'refused', reason: 'server-unavailable' };
      }
    },
    metadata(dj, title) {
      sources.takeTitle(dj.id, title);
      return Promise.resolve();
    },
    refused(refusal) {
      const { dj, ...fields } = refusal;
      log.info({ ...fields, dj: dj?.person.handle }, 'encoder refused');
      record(refusal).catch((error: unknown) => log.error({ err: error }, 'refusal not recorded'));
    },
    async status() {
      const statuses = sources.held().map((source) => ({
        mount: `/${source.dj.person.handle}`,
        listenUrl: `http://${deps.host}/${source.dj.person.handle}`,
        listeners: deps.listenersAt(source.event.id),
        peakListeners: deps.listenersAt(source.event.id),
        title: null,
        name: source.dj.person.displayName,
        description: null,
        genre: null,
        contentType: source.channel?.format()?.contentType ?? 'audio/mpeg',
        bitrate: source.bitrate,
        startedAt,
      }));
      return { host: deps.host, startedAt, sources: statuses };
    },
  };

  const { host, port, tls } = deps;
  return createIngestServer({ host, port, clock, log, hooks, ...(tls === undefined ? {} : { tls }) });
}
