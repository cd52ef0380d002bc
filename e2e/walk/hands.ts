/** What scenes do with a page, by what a person sees on it. */
import type { Endpoint, ReplyOf } from '@slipmat/contract/endpoint';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import type { Page } from 'playwright-core';
import { Person, password } from '../../server/test/people.ts';
import type { World } from './world.ts';

type Act = (page: Page) => Promise<void>;

/** Presses the button of this name. @param within where it is, as a selector, when there are two. */
export function press(name: string, within = 'body'): Act {
  return (page) => page.locator(within).getByRole('button', { name, exact: true }).first().click();
}

/** Presses the last button of this name, which is the one in the dialog. */
export function pressInDialog(name: string): Act {
  return (page) => page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
}

/** Chooses an item of the open menu. */
export function choose(name: string): Act {
  return (page) => page.getByRole('menuitem', { name, exact: true }).click();
}

/** Does one after the other. */
export function all(...acts: readonly Act[]): Act {
  return async (page) => {
    for (const act of acts) await act(page);
  };
}

/** The whole path of an endpoint, whatever its parameters and query are. */
export function addressOf(path: string): RegExp {
  const pattern = path.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{\w+\}/g, '[^/?]+');
  return new RegExp(`^https?://[^/]+${pattern}(?:\\?.*)?$`);
}

/**
 * Lets the server answer and changes what it said, for states that take an evening to get into.
 * @param change gives the reply that the page gets.
 */
export async function pretend<const E extends Endpoint>(
  page: Page,
  endpoint: E,
  change: (reply: ReplyOf<E>) => ReplyOf<E>,
): Promise<void> {
  await page.route(addressOf(endpoint.path), async (route) => {
    if (route.request().method() !== endpoint.method) return route.fallback();
    const response = await route.fetch();
    const reply = endpoint.reply.parse(await response.json()) as ReplyOf<E>;
    return route.fulfill({ response, json: change(reply) });
  });
}

/** The page cannot follow anything, and asks for it instead. */
export async function withoutSocket(page: Page): Promise<void> {
  await page.routeWebSocket(/\/realtime$/, () => undefined);
}

/** Signs a person in anew, in this browser: a sign-in of its own, which the scene may end. */
export async function signInHere(page: Page, { site }: World, handle: string): Promise<void> {
  const person = new Person(site, { id: '', handle, email: '' });
  await person.call(sessionsEndpoints.signIn, { body: { login: handle, password } });
  const cookies = [...person.cookies].map(([name, value]) => ({ name, value, url: site.origin }));
  await page.context().addCookies(cookies);
}

/** A connection that follows one topic with this state and answers whatever else is said with nothing. */
export async function pretendTopic(page: Page, topic: string, state: unknown): Promise<void> {
  await page.routeWebSocket(/\/realtime$/, (route) => {
    const send = (...messages: readonly object[]): void => route.send(JSON.stringify(messages));
    route.onMessage((text) => {
      const frame: unknown = JSON.parse(String(text));
      if (typeof frame !== 'object' || frame === null || !('id' in frame)) return;
      if ('topic' in frame && frame.topic === topic) send({ type: 'snapshot', topic, seq: 1, state });
      send({ type: 'result', id: frame.id, result: {} });
    });
    send({ type: 'hello', session: 'none' });
  });
}
