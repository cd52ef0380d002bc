/** Who somebody is: the shapes that nearly every feature shows. */
import * as z from 'zod/mini';
import { Group } from './capabilities.ts';
import { DisplayName, Handle, Id, Instant } from './ids.ts';

/** A person as everyone may see them. */
export const Person = z.object({
  id: Id,
  handle: Handle,
  displayName: DisplayName,
  groups: z.array(Group),
});
export type Person = z.infer<typeof Person>;

/** One's own account; somebody adopted from an old site may have no e-mail address. */
export const Account = z.extend(Person, {
  email: z.nullable(z.string()),
  /** When the address was proven to be theirs; null: not yet. */
  emailVerifiedAt: z.nullable(Instant),
  /** Groups that count again as soon as the address is verified. */
  pausedGroups: z.array(Group),
  createdAt: Instant,
});
export type Account = z.infer<typeof Account>;
