/** The site that the walk goes through: people, events and everything that its scenes begin with. */
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { chatMessages } from '@slipmat/contract/chat';
import { faultsEndpoints } from '@slipmat/contract/faults';
import { incidentsEndpoints } from '@slipmat/contract/incidents';
import { aKey, anEvent } from '../../server/test/broadcasts.ts';
import { aDj, aMember, type Person } from '../../server/test/people.ts';
import type { Owner } from '../../server/test/services/daemon.ts';
import { until } from '../../server/test/until.ts';
import { type OwnedSite, openOwnedSite, openSite } from '../site.ts';
import type { Who } from './scene.ts';

export interface World {
  readonly site: OwnedSite;
  readonly people: Readonly<Record<Exclude<Who, 'nobody'>, Person>>;
  /** A site that nobody owns yet: its origin and the link that makes its owner. */
  readonly unowned: { readonly origin: string; readonly setupLink: string };
  /** An event of the DJ that is published. */
  readonly slug: string;
  /** Another one, in whose chat the member has a time-out. */
  readonly restrictedSlug: string;
  /** One that is not published. */
  readonly draft: string;
  /** Something that broke, and the reference of one time it did. */
  readonly fault: { readonly id: string; readonly reference: string };
  /** The number of an incident that is open; only its starter was told. */
  readonly incident: number;
  /** A link that makes a member a DJ. */
  readonly invitation: string;
}

/**
 * Messages of each of three people in the chat of the event: together more than the page gets at first, so that there are
 * older ones to ask for; each less than the server takes at once.
 */
const linesEach = 36;

async function talk(person: Person, slug: string): Promise<void> {
  const socket = await person.socket();
  for (let line = 1; line <= linesEach; line += 1) {
    const key = `walk-line-${String(line).padStart(3, '0')}-${person.handle}`;
    await socket.send(chatMessages.say, { slug, text: `${person.handle} says line ${line}`, key });
  }
  await socket.leave();
}

async function silenceIn(slug: string, host: Person, person: Person): Promise<void> {
  const socket = await host.socket();
  await socket.send(chatMessages.restrict, { slug, personId: person.id, minutes: 60 });
  await socket.leave();
}

async function anIncident(staff: Person): Promise<number> {
  const audience = { to: [{ kind: 'people' as const, handles: [staff.handle] }], except: [] };
  const words = { title: 'The walk', text: 'Somebody walks through everything.', kind: 'normal' as const };
  const body = { ...words, audience, faultId: null, key: 'incident-of-the-walk' };
  return (await staff.call(incidentsEndpoints.start, { body })).incident.number;
}

/** Has a page report that it broke, and waits until staff can see that. */
async function aFault(staff: Person): Promise<World['fault']> {
  const reference = 'c-wakwakwa';
  const report = {
    reference,
    code: 'page-broke' as const,
    name: 'TypeError',
    message: 'the walk broke it',
    frames: ['index.js:1:1'],
    place: '/',
    where: 'this page',
    at: Date.now(),
    times: 1,
    build: 'walk',
  };
  await staff.call(faultsEndpoints.report, { body: { reports: [report] } });
  const id = await until('the fault is there', async () => {
    const { faults } = await staff.call(faultsEndpoints.list);
    return faults[0]?.id;
  });
  return { id, reference };
}

/** Starts the sites and makes what is in them. */
export async function makeWorld(owner: Owner): Promise<World> {
  const site = await openOwnedSite(owner, undefined, { CSRF: 'roll-out' });
  const fresh = await openSite(owner);
  const dj = await aDj(site, { handle: 'nova', displayName: 'Nova' });
  const member = await aMember(site, { handle: 'ana', displayName: 'Ana' });
  const { slug } = await anEvent(dj, { title: 'Friday night' });
  const restricted = await anEvent(dj, { title: 'Other night' });
  await silenceIn(restricted.slug, dj, member);
  const draft = await anEvent(dj, { title: 'Not yet', publish: false });
  await aKey(dj);
  const { link } = await site.owner.call(accountsEndpoints.invite, { body: { note: 'for Ana' } });
  for (const person of [member, dj, site.owner]) await talk(person, slug);
  return {
    site,
    people: { dj, member, owner: site.owner },
    unowned: { origin: fresh.origin, setupLink: await fresh.setupLink() },
    slug,
    restrictedSlug: restricted.slug,
    draft: draft.slug,
    fault: await aFault(site.owner),
    incident: await anIncident(site.owner),
    invitation: new URL(link).pathname + new URL(link).hash,
  };
}
