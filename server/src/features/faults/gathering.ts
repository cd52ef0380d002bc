/**
 * What waits to be written down: hits of the same fault are one group, and everything has a bound, so that storage
 * that does not answer costs memory of a known size.
 */
import { faultLimits } from '@slipmat/contract/faults';
import { fingerprintOf } from './fingerprint.ts';
import type { FaultHit, Hit } from './hit.ts';

/**
 * Different faults waiting, noticed here and told by pages each, so that nobody crowds out what the server noticed; so
 * many at once are one trouble with many faces.
 */
const groupLimit = 100;
/** People per fault waiting: a whole evening's listeners. With 200 groups of them full, about 150 MB. */
const peopleLimit = 5_000;
/** Events waiting: noticed here, told by pages, and plain refusals each; about 300 bytes of one, 10 kB with its log. */
const eventLimit = 2_000;
/** Hours per fault waiting: a page that was offline reports what was days ago. */
const hourLimit = 200;
export const hourMs = 3_600_000;

export interface PersonHits {
  hits: number;
  firstAt: number;
  lastAt: number;
}

export interface Group {
  readonly fingerprint: string;
  /** Gives the group its words. */
  readonly first: FaultHit;
  count: number;
  anonymousHits: number;
  firstAt: number;
  lastAt: number;
  lastRelease: string;
  readonly people: Map<string, PersonHits>;
  readonly browsers: Map<string, number>;
  /** By hour since 1970. */
  readonly hours: Map<number, number>;
  /** Newest last; whole. */
  readonly samples: FaultHit[];
  /** Events of which only the reference, and who and when, is kept. */
  readonly light: FaultHit[];
}

function emptyGroup(fingerprint: string, hit: FaultHit): Group {
  return {
    fingerprint,
    first: hit,
    count: 0,
    anonymousHits: 0,
    firstAt: hit.at,
    lastAt: hit.at,
    lastRelease: hit.release,
    people: new Map(),
    browsers: new Map(),
    hours: new Map(),
    samples: [],
    light: [],
  };
}

function addTo<K>(map: Map<K, number>, key: K, count: number, limit: number): void {
  if (map.has(key) || map.size < limit) map.set(key, (map.get(key) ?? 0) + count);
}

function addPerson(group: Group, personId: string, hits: PersonHits): void {
  const known = group.people.get(personId);
  if (known === undefined) {
    if (group.people.size < peopleLimit) group.people.set(personId, { ...hits });
    return;
  }
  known.hits += hits.hits;
  known.firstAt = Math.min(known.firstAt, hits.firstAt);
  known.lastAt = Math.max(known.lastAt, hits.lastAt);
}

export interface Gathered {
  readonly groups: readonly Group[];
  readonly refusals: readonly Hit[];
}

/** Pages told of it, and anybody may. */
export function isReported({ first }: Group): boolean {
  return first.kind === 'page' || first.kind === 'connection' || first.kind === 'policy';
}

export function createGathering() {
  let groups = new Map<string, Group>();
  let refusals: Hit[] = [];
  let dropped = 0;

  const like = (group: Group): Group[] =>
    [...groups.values()].filter((one) => isReported(one) === isReported(group));

  /** False when there is no room for another fault of its sort. */
  function mayWait(group: Group): boolean {
    return like(group).length < groupLimit;
  }

  function groupFor(fingerprint: string, hit: FaultHit): Group | undefined {
    const known = groups.get(fingerprint);
    if (known !== undefined) return known;
    const fresh = emptyGroup(fingerprint, hit);
    if (!mayWait(fresh)) return undefined;
    groups.set(fingerprint, fresh);
    return fresh;
  }

  /** False, and counted, when no more events of its sort may wait. */
  function mayAdd(group: Group): boolean {
    const waiting = like(group).reduce((sum, { samples, light }) => sum + samples.length + light.length, 0);
    if (waiting >= eventLimit) dropped += 1;
    return waiting < eventLimit;
  }

  function addEvent(group: Group, hit: FaultHit): void {
    if (!mayAdd(group)) return;
    group.samples.push(hit);
    if (group.samples.length > faultLimits.samples) group.light.push(...group.samples.splice(0, 1));
  }

  return {
    /**
     * @param whole false: it is counted, and its reference is not kept.
     * @param earlier references of the same that are counted in it; of these nothing else is kept.
     */
    add(hit: FaultHit, whole: boolean, earlier: readonly string[] = []): Group | undefined {
      const group = groupFor(fingerprintOf(hit), hit);
      if (group === undefined) {
        dropped += 1;
        return undefined;
      }
      const { at, times, personId } = hit;
      group.count += times;
      group.firstAt = Math.min(group.firstAt, at);
      group.lastAt = Math.max(group.lastAt, at);
      group.lastRelease = hit.release;
      addTo(group.browsers, hit.browser, times, faultLimits.browsers);
      addTo(group.hours, Math.floor(at / hourMs), times, hourLimit);
      if (personId === undefined) group.anonymousHits += times;
      else addPerson(group, personId, { hits: times, firstAt: at, lastAt: at });
      if (whole) {
        for (const reference of earlier) if (mayAdd(group)) group.light.push({ ...hit, reference });
        addEvent(group, hit);
      } else {
        dropped += 1 + earlier.length;
      }
      return group;
    },
    addRefusal(hit: Hit): void {
      if (refusals.length < eventLimit) refusals.push(hit);
      else dropped += 1;
    },
    /** Everything that waits; it waits no longer. */
    take(): Gathered {
      const taken = { groups: [...groups.values()], refusals };
      groups = new Map();
      refusals = [];
      return taken;
    },
    /** Puts back what could not be written; what came in meanwhile is joined to it. */
    putBack(taken: Gathered): void {
      const since = groups;
      groups = new Map(taken.groups.map((group) => [group.fingerprint, group]));
      for (const group of since.values()) {
        const before = groups.get(group.fingerprint);
        if (before !== undefined) dropped += join(before, group);
        else if (mayWait(group)) groups.set(group.fingerprint, group);
        else dropped += group.samples.length + group.light.length;
      }
      const all = [...taken.refusals, ...refusals];
      refusals = all.slice(0, eventLimit);
      dropped += all.length - refusals.length;
    },
    /** Events whose references were not kept since the process started. */
    dropped: () => dropped,
    waiting: () => groups.size + refusals.length,
  };
}

/** @returns how many events had no room. */
function join(group: Group, later: Group): number {
  group.count += later.count;
  group.anonymousHits += later.anonymousHits;
  group.firstAt = Math.min(group.firstAt, later.firstAt);
  group.lastAt = Math.max(group.lastAt, later.lastAt);
  group.lastRelease = later.lastRelease;
  for (const [id, hits] of later.people) addPerson(group, id, hits);
  for (const [browser, count] of later.browsers) addTo(group.browsers, browser, count, faultLimits.browsers);
  for (const [hour, count] of later.hours) addTo(group.hours, hour, count, hourLimit);
  group.samples.push(...later.samples);
  group.light.push(
    ...later.light,
    ...group.samples.splice(0, Math.max(0, group.samples.length - faultLimits.samples)),
  );
  // Those of before are kept: somebody has waited for them longer.
  return group.light.splice(eventLimit).length;
}

export type Gathering = ReturnType<typeof createGathering>;
