/** People: signing up, who somebody is, groups, and the ways to become owner or DJ. */
import * as z from 'zod/mini';
import { Group } from './capabilities.ts';
import { defineEndpoint } from './endpoint.ts';
import { DisplayName, Handle, Id, Instant, Nothing } from './ids.ts';
import { Account, Person } from './person.ts';

export { Account, Person };

/** At least 8 characters of any kind, as typed (NIST SP 800-63B §3.1.1.2); 256 bounds the work of hashing. */
export const Password = z
  .string()
  .check(z.minLength(8, 'at least 8 characters'), z.maxLength(256, 'at most 256 characters'));

export const Email = z
  .string()
  .check(z.trim(), z.email('an address such as nova@example.org'), z.maxLength(254));

/** A person as staff and mentors see them in lists. */
export const PersonRow = z.extend(Person, {
  createdAt: Instant,
  /** Groups that wait for a verified e-mail address. */
  pausedGroups: z.array(Group),
});
export type PersonRow = z.infer<typeof PersonRow>;

const NewAccount = z.strictObject({
  handle: Handle,
  email: Email,
  password: Password,
  displayName: DisplayName,
});

/** An invitation to become a DJ, as its maker sees it. */
export const Invitation = z.object({
  id: Id,
  note: z.string(),
  createdAt: Instant,
  expiresAt: Instant,
  state: z.enum(['open', 'accepted', 'withdrawn', 'expired']),
  acceptedBy: z.nullable(Person),
});
export type Invitation = z.infer<typeof Invitation>;

const Token = z.string().check(z.regex(/^[\w-]{20,64}$/));

export const accountsEndpoints = {
  create: defineEndpoint({
    method: 'POST',
    path: '/api/accounts',
    summary: 'Sign up. Signs the browser in as the new person.',
    access: 'anyone',
    rate: 'credentials',
    body: NewAccount,
    reply: z.object({ account: Account }),
    status: 201,
    problems: ['handle-taken', 'email-taken', 'password-too-common'],
  }),
  setupState: defineEndpoint({
    method: 'GET',
    path: '/api/setup',
    summary: 'Whether this Slipmat still waits for its owner.',
    access: 'anyone',
    rate: 'read',
    reply: z.object({ open: z.boolean() }),
    problems: [],
  }),
  setup: defineEndpoint({
    method: 'POST',
    path: '/api/setup',
    summary: 'Create the owner with the one-time link that the server printed. Signs the browser in.',
    access: 'anyone',
    rate: 'credentials',
    body: z.extend(NewAccount, { token: z.string().check(z.maxLength(64)) }),
    reply: z.object({ account: Account }),
    status: 201,
    problems: ['setup-closed', 'setup-link-wrong', 'handle-taken', 'email-taken', 'password-too-common'],
  }),
  update: defineEndpoint({
    method: 'PATCH',
    path: '/api/me',
    summary: 'Change how one is called.',
    access: 'signed-in',
    rate: 'write',
    body: z.strictObject({ displayName: DisplayName }),
    reply: z.object({ account: Account }),
    problems: [],
  }),
  person: defineEndpoint({
    method: 'GET',
    path: '/api/people/{handle}',
    summary: 'A person as everyone sees them.',
    access: 'anyone',
    rate: 'read',
    params: z.object({ handle: Handle }),
    reply: z.object({
      person: Person,
      mayGrant: z.array(Group),
      /** Shown to whoever may grant them: groups that wait for a verified e-mail address. */
      pausedGroups: z.array(Group),
    }),
    problems: ['not-found'],
  }),
  find: defineEndpoint({
    method: 'GET',
    path: '/api/people',
    summary: 'Find people by the beginning of their handle or name, newest first.',
    access: { can: 'person.find' },
    rate: 'read',
    query: z.object({ q: z._default(z.string().check(z.trim(), z.maxLength(60)), '') }),
    reply: z.object({ people: z.array(PersonRow), more: z.boolean() }),
    problems: [],
  }),
  grant: defineEndpoint({
    method: 'PUT',
    path: '/api/people/{handle}/groups/{group}',
    summary: 'Put a person into a group.',
    access: { can: 'person.grant' },
    rate: 'write',
    params: z.object({ handle: Handle, group: Group }),
    reply: z.object({ person: Person, pausedGroups: z.array(Group) }),
    problems: ['not-found', 'step-up-required'],
    needsStepUp: true,
  }),
  revoke: defineEndpoint({
    method: 'DELETE',
    path: '/api/people/{handle}/groups/{group}',
    summary: 'Take a person out of a group.',
    access: { can: 'person.grant' },
    rate: 'write',
    params: z.object({ handle: Handle, group: Group }),
    reply: z.object({ person: Person, pausedGroups: z.array(Group) }),
    problems: ['not-found'],
  }),
  invite: defineEndpoint({
    method: 'POST',
    path: '/api/invitations',
    summary: 'Make a link that turns the member who opens it into a DJ. The link is shown this once.',
    access: { can: 'person.invite-dj' },
    rate: 'write',
    body: z.strictObject({ note: z._default(z.string().check(z.trim(), z.maxLength(200)), '') }),
    reply: z.object({ invitation: Invitation, link: z.string() }),
    status: 201,
    problems: ['too-many', 'step-up-required'],
    needsStepUp: true,
  }),
  invitations: defineEndpoint({
    method: 'GET',
    path: '/api/invitations',
    summary: 'The invitations that one made, newest first.',
    access: { can: 'person.invite-dj' },
    rate: 'read',
    reply: z.object({ invitations: z.array(Invitation) }),
    problems: [],
  }),
  withdrawInvitation: defineEndpoint({
    method: 'DELETE',
    path: '/api/invitations/{id}',
    summary: 'Withdraw an invitation that nobody accepted yet.',
    access: { can: 'person.invite-dj' },
    rate: 'write',
    params: z.object({ id: Id }),
    reply: Nothing,
    problems: ['not-found', 'invitation-over'],
  }),
  showInvitation: defineEndpoint({
    method: 'POST',
    path: '/api/invitations/show',
    summary: 'Who invites, for the page behind an invitation link.',
    access: 'anyone',
    rate: 'credentials',
    body: z.strictObject({ token: Token }),
    reply: z.object({ from: Person, expiresAt: Instant }),
    problems: ['invitation-over'],
  }),
  acceptInvitation: defineEndpoint({
    method: 'POST',
    path: '/api/invitations/accept',
    summary: 'Become a DJ with an invitation.',
    access: 'signed-in',
    rate: 'credentials',
    body: z.strictObject({ token: Token }),
    reply: z.object({ account: Account }),
    problems: ['invitation-over'],
  }),
};
