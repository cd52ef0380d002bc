/** Who is in an audience: as a condition on people for many, and for one person. */
import type { Audience, AudiencePart, NotificationKind } from '@slipmat/contract/audiences';
import { maySendTo } from '@slipmat/contract/audiences';
import type { Group } from '@slipmat/contract/capabilities';
import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import type { SignedInPerson, Who } from '#server/http/who.ts';
import type { PeopleIds } from '#server/platform/people-ids.ts';
import { ProblemError } from '#server/platform/problem-error.ts';

type Read = Kysely<Tables>;

export interface AudienceDeps {
  /** People whom the group counts for now. */
  readonly idsInGroup: (read: Read, group: Group) => PeopleIds;
  /** Host and line-up; whoever wrote in the chat. */
  readonly idsAtEvent: (read: Read, slug: string) => readonly PeopleIds[];
  readonly idsHitBy: (read: Read, faultId: string) => PeopleIds;
  /** @throws ProblemError `not-found` when there is no such event, or none that `who` may know of. */
  readonly eventFor: (
    slug: string,
    who: Who,
  ) => Promise<{ readonly hostId: string; readonly slots: readonly { readonly djId: string }[] }>;
  readonly isFault: (read: Read, faultId: string) => Promise<boolean>;
  readonly peopleByHandles: (handles: readonly string[]) => Promise<readonly SignedInPerson[]>;
}

/** A condition on `people as p`. */
type OnPeople = (eb: ExpressionBuilder<Tables & { p: Tables['people'] }, 'p'>) => Expression<SqlBool>;

/** An audience with its sender, who is never among it. */
export interface Addressed {
  readonly audience: Audience;
  /** Null: Slipmat itself. */
  readonly sender_id: string | null;
}

export type Audiences = ReturnType<typeof createAudiences>;

export function createAudiences(deps: AudienceDeps) {
  function partOn(read: Read, part: AudiencePart): OnPeople {
    switch (part.kind) {
      case 'everyone':
        return () => sql<SqlBool>`1 = 1`;
      case 'listeners':
        return (eb) => eb('p.id', 'not in', deps.idsInGroup(read, 'dj'));
      case 'djs':
        return (eb) => eb('p.id', 'in', deps.idsInGroup(read, 'dj'));
      case 'group':
        return (eb) => eb('p.id', 'in', deps.idsInGroup(read, part.group));
      case 'event':
        return (eb) => eb.or(deps.idsAtEvent(read, part.slug).map((ids) => eb('p.id', 'in', ids)));
      case 'people':
        return (eb) => eb('p.handle', 'in', part.handles);
      case 'fault':
        return (eb) => eb('p.id', 'in', deps.idsHitBy(read, part.faultId));
    }
  }

  /** The audience as a condition on `people as p`. */
  function on(read: Read, { audience, sender_id }: Addressed): OnPeople {
    const [wanted, unwanted] = [audience.to, audience.except].map((parts) =>
      parts.map((part) => partOn(read, part)),
    );
    return (eb) => {
      const inSome = eb.or((wanted ?? []).map((part) => part(eb)));
      const isOther = sender_id === null ? [] : [eb('p.id', '<>', sender_id)];
      return eb.and([inSome, ...(unwanted ?? []).map((part) => eb.not(part(eb))), ...isOther]);
    };
  }

  /** What is known of a part from the groups alone; undefined: the database has to say. */
  function byGroups(part: AudiencePart, { groups, handle }: SignedInPerson): boolean | undefined {
    switch (part.kind) {
      case 'everyone':
        return true;
      case 'listeners':
        return !groups.includes('dj');
      case 'djs':
        return groups.includes('dj');
      case 'group':
        return groups.includes(part.group);
      case 'people':
        return part.handles.includes(handle);
      case 'event':
      case 'fault':
        return undefined;
    }
  }

  async function isInSome(read: Read, parts: readonly AudiencePart[], person: SignedInPerson) {
    if (parts.some((part) => byGroups(part, person) === true)) return true;
    const unsure = parts.filter((part) => byGroups(part, person) === undefined);
    if (unsure.length === 0) return false;
    const row = await read
      .selectFrom('people as p')
      .select('p.id')
      .where('p.id', '=', person.id)
      .where((eb) => eb.or(unsure.map((part) => partOn(read, part)(eb))))
      .executeTakeFirst();
    return row !== undefined;
  }

  async function checkPart(
    read: Read,
    part: AudiencePart,
    sender: { readonly who: Who; readonly person: SignedInPerson; readonly kind: NotificationKind },
  ): Promise<void> {
    let isOwn = false;
    if (part.kind === 'event') {
      const { hostId, slots } = await deps.eventFor(part.slug, sender.who);
      isOwn = hostId === sender.person.id || slots.some(({ djId }) => djId === sender.person.id);
    }
    if (!maySendTo(sender.person.groups, sender.kind, part, isOwn))
      throw new ProblemError('audience-not-allowed');
    if (part.kind === 'fault' && !(await deps.isFault(read, part.faultId)))
      throw new ProblemError('not-found');
    if (part.kind === 'people') await checkHandles(part.handles);
  }

  async function checkHandles(handles: readonly string[]): Promise<void> {
    const known = new Set((await deps.peopleByHandles(handles)).map(({ handle }) => handle));
    const unknown = handles.filter((handle) => !known.has(handle));
    if (unknown.length === 0) return;
    throw new ProblemError('not-found', { detail: `Nobody here is called ${unknown.join(', ')}.` });
  }

  return {
    on,
    /** Whether the person is in the audience as things stand now. */
    async has(read: Read, { audience, sender_id }: Addressed, person: SignedInPerson): Promise<boolean> {
      if (sender_id === person.id) return false;
      if (await isInSome(read, audience.except, person)) return false;
      return isInSome(read, audience.to, person);
    },
    /**
     * Exceptions are checked like the rest: the number of people reached tells who is in them.
     * @throws ProblemError `audience-not-allowed`, `not-found`
     */
    async check(
      read: Read,
      audience: Audience,
      sender: { readonly who: Who; readonly person: SignedInPerson; readonly kind: NotificationKind },
    ): Promise<void> {
      for (const part of [...audience.to, ...audience.except]) await checkPart(read, part, sender);
    },
  };
}
