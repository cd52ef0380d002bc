/** Accounts over HTTP. */
import { grantable } from '@slipmat/contract/capabilities';
import type { Call, Handlers } from '#server/http/mount.ts';
import { type Asker, type SignedInPerson, toAccount, toPerson } from '#server/http/who.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import type { Accounts } from './index.ts';
import type { Invitations } from './invitations.ts';

/** What a new session's cookie answers with. */
interface Started {
  readonly session: string;
  readonly cookieLines: readonly string[];
}

export interface AccountRoutesDeps {
  readonly accounts: Accounts;
  readonly invitations: Invitations;
  /** For somebody who was just made. */
  readonly startSession: (personId: string, from: Asker & { readonly signedOutAt: null }) => Promise<Started>;
  /** Such as https://radio.example, for links. */
  readonly publicOrigin: () => string;
}

const foundAtOnce = 50;

/** A person for whoever may change their groups. */
function changed(person: SignedInPerson) {
  return { person: toPerson(person), pausedGroups: [...person.pausedGroups] };
}

export function accountRoutes({ accounts, invitations, ...deps }: AccountRoutesDeps): Handlers<'accounts'> {
  async function signIn(
    personId: string,
    call: Pick<Call<never>, 'asker' | 'answerForSession'>,
  ): Promise<void> {
    const { session, cookieLines } = await deps.startSession(personId, { ...call.asker, signedOutAt: null });
    call.answerForSession(session, cookieLines);
  }

  return {
    async create(call) {
      const person = await accounts.signUp(call.body);
      await signIn(person.id, call);
      return { account: toAccount(person) };
    },
    async setupState() {
      return { open: !(await accounts.hasOwner()) };
    },
    async setup(call) {
      const { token, ...account } = call.body;
      const person = await accounts.setUp(account, token);
      await signIn(person.id, call);
      return { account: toAccount(person) };
    },
    async update({ body, signedIn }) {
      return { account: toAccount(await accounts.rename(signedIn().person, body.displayName)) };
    },
    async person({ params, who }) {
      const person = await accounts.findByLogin(params.handle);
      if (person === undefined) throw new ProblemError('not-found');
      const mayGrant = who.kind === 'signed-in' ? who.person.groups.flatMap((group) => grantable[group]) : [];
      const pausedGroups = mayGrant.length > 0 ? [...person.pausedGroups] : [];
      return { person: toPerson(person), mayGrant: [...new Set(mayGrant)], pausedGroups };
    },
    async find({ query }) {
      const people = await accounts.search(query.q, foundAtOnce + 1);
      return {
        people: people.slice(0, foundAtOnce).map((person) => ({
          ...toPerson(person),
          createdAt: person.createdAt,
          pausedGroups: [...person.pausedGroups],
        })),
        more: people.length > foundAtOnce,
      };
    },
    async grant({ params, signedIn }) {
      return changed(await accounts.grant(signedIn().person, params.handle, params.group));
    },
    async revoke({ params, signedIn }) {
      return changed(await accounts.revoke(signedIn().person, params.handle, params.group));
    },
    async invite({ body, signedIn }) {
      const { invitation, token } = await invitations.invite(signedIn().person, body.note);
      // In the fragment, which browsers send to nobody: no proxy log and no Referer ever has the secret.
      return { invitation, link: `${deps.publicOrigin()}/invite#token=${token}` };
    },
    async invitations({ signedIn }) {
      return { invitations: await invitations.list(signedIn().person) };
    },
    async withdrawInvitation({ params, signedIn }) {
      await invitations.withdraw(signedIn().person, params.id);
      return {};
    },
    async showInvitation({ body }) {
      return invitations.show(body.token);
    },
    async acceptInvitation({ body, signedIn }) {
      return { account: toAccount(await invitations.accept(signedIn().person, body.token)) };
    },
  };
}
