/** Who is addressed, as the composer holds it, and whom the sender may address. */
import {
  AddressedGroup,
  type Audience,
  type AudiencePart,
  NotificationKind as Kind,
  type NotificationKind,
  type Reach,
  sendingRights,
} from '@slipmat/contract/audiences';
import type { Group } from '@slipmat/contract/capabilities';
import * as z from 'zod/mini';

export const PartKind = z.enum(['everyone', 'listeners', 'djs', 'group', 'event', 'people', 'fault']);
export type PartKind = AudiencePart['kind'];

/** One row of the builder: what is not of its kind stays for when the kind is chosen again. */
export const PartDraft = z.object({
  /** Tells rows apart. */
  key: z.string(),
  kind: PartKind,
  group: AddressedGroup,
  slug: z.string(),
  /** As typed: handles with commas or spaces between them. */
  handles: z.string(),
  faultId: z.string(),
});
export type PartDraft = z.infer<typeof PartDraft>;

export function newPart(key: string, kind: PartKind, given: Partial<PartDraft> = {}): PartDraft {
  return { group: 'moderator', slug: '', handles: '', faultId: '', ...given, key, kind };
}

/** "@nova, Mira kasimir" → the three handles, each once. */
export function handlesOf(typed: string): string[] {
  const handles = typed
    .split(/[\s,;]+/)
    .map((word) => word.replace(/^@/, '').toLowerCase())
    .filter((word) => word !== '');
  return [...new Set(handles)];
}

/** The row as the contract has it; it is checked before it is sent. */
export function partOf(row: PartDraft): AudiencePart {
  switch (row.kind) {
    case 'group':
      return { kind: 'group', group: row.group };
    case 'event':
      return { kind: 'event', slug: row.slug };
    case 'people':
      return { kind: 'people', handles: handlesOf(row.handles) };
    case 'fault':
      return { kind: 'fault', faultId: row.faultId.trim() };
    default:
      return { kind: row.kind };
  }
}

/** True when there is enough in it to be asked about. */
export function isWhole(row: PartDraft): boolean {
  if (row.kind === 'event') return row.slug !== '';
  if (row.kind === 'people') return handlesOf(row.handles).length > 0;
  return row.kind !== 'fault' || row.faultId.trim() !== '';
}

function reachOf(groups: readonly Group[], kind: NotificationKind): ReadonlySet<Reach> {
  return new Set(
    groups.flatMap((group) => (sendingRights[group].kinds.includes(kind) ? sendingRights[group].to : [])),
  );
}

/** The kinds that somebody in these groups may send. */
export function kindsFor(groups: readonly Group[]): readonly NotificationKind[] {
  return Kind.options.filter((kind) => reachOf(groups, kind).size > 0);
}

/** What they may address with this kind. Own events are events. */
export function partsFor(groups: readonly Group[], kind: NotificationKind): readonly PartKind[] {
  const reach = reachOf(groups, kind);
  return PartKind.options.filter((part) => reach.has(part) || (part === 'event' && reach.has('own-event')));
}

/** True when only events of their own may be addressed with this kind. */
export function onlyOwnEvents(groups: readonly Group[], kind: NotificationKind): boolean {
  return !reachOf(groups, kind).has('event');
}

const groupWords: Readonly<Record<AddressedGroup, string>> = {
  moderator: 'the moderators',
  mentor: 'the mentors',
  staff: 'staff',
  owner: 'the owner',
};

/** "the DJs" */
export function partWords(part: AudiencePart): string {
  switch (part.kind) {
    case 'everyone':
      return 'everyone';
    case 'listeners':
      return 'the listeners';
    case 'djs':
      return 'the DJs';
    case 'group':
      return groupWords[part.group];
    case 'event':
      return `the people of “${part.slug}”`;
    case 'people':
      return part.handles.map((handle) => `@${handle}`).join(', ');
    case 'fault':
      return 'those hit by a fault';
  }
}

/** "the DJs and the people of “friday”, without @nova" */
export function audienceWords({ to, except }: Audience): string {
  const all = to.map(partWords).join(' and ');
  return except.length === 0 ? all : `${all}, without ${except.map(partWords).join(' and ')}`;
}
