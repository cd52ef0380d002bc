/** Plays one scene in one of the six ways, in a browser of its own. */
import type { Page, Route, WebSocketRoute } from 'playwright-core';
import { until } from '../../server/test/until.ts';
import type { Chromium, Visitor } from '../browser.ts';
import { addressOf } from './hands.ts';
import type { CodeScene, HttpScene, Scene, SocketScene } from './scene.ts';
import { isTold, knownReferences } from './told.ts';
import { type SocketWay, sixSocketWays, sixWays, type Way } from './ways.ts';
import type { World } from './world.ts';

/** What did not hold. */
export interface Silent {
  readonly way: string;
  readonly why: string;
}

/** A request or message that is being broken. */
interface Fault {
  /** How many were met. */
  readonly met: () => number;
  readonly mend: () => Promise<void>;
}

/** How long a page takes to send what an act makes it send. Milliseconds. */
const sentWithin = 30_000;

async function breakRequest(page: Page, { fails }: HttpScene, way: Way): Promise<Fault> {
  const address = addressOf(fails.path);
  const routes: Route[] = [];
  const handler: Parameters<Page['route']>[1] = async (route) => {
    if (route.request().method() !== fails.method) return route.fallback();
    routes.push(route);
    return way.answer(route);
  };
  await page.route(address, handler);
  return {
    met: () => routes.length,
    async mend() {
      // What nobody answered would go on to the server, once nothing stands in its way any more.
      if (way.name === 'time-out') await Promise.all(routes.map((route) => route.abort()));
      await page.unroute(address, handler);
    },
  };
}

interface Broken {
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly way: SocketWay;
}

/** The connection of a page, which one message at a time may be taken out of. */
class Socket {
  #break: Broken | undefined;
  #met = 0;

  async stand(page: Page): Promise<void> {
    await page.routeWebSocket(/\/realtime$/, (route) => {
      const server = route.connectToServer();
      route.onMessage((text) => {
        if (!this.#takes(route, JSON.parse(String(text)))) server.send(text);
      });
    });
  }

  #takes(route: WebSocketRoute, frame: Readonly<Record<string, unknown>>): boolean {
    const broken = this.#break;
    if (broken === undefined || frame['type'] !== broken.type) return false;
    const wanted = Object.entries(broken.body);
    if (!wanted.every(([name, value]) => frame[name] === value)) return false;
    this.#met += 1;
    broken.way.answer(route, Number(frame['id']));
    return true;
  }

  /** @param body what else the message has. */
  break({ message }: SocketScene, body: Readonly<Record<string, unknown>>, way: SocketWay): Fault {
    this.#met = 0;
    this.#break = { type: message.type, body, way };
    return {
      met: () => this.#met,
      mend: async () => {
        this.#break = undefined;
      },
    };
  }
}

interface Opened {
  readonly visitor: Visitor;
  readonly socket: Socket;
}

/** One way of failing, put between this page and the server. */
interface Attempt extends Pick<SocketWay, 'name' | 'code' | 'reference' | 'wait' | 'ruins'> {
  readonly break: (opened: Opened) => Promise<Fault>;
}

/** Code of the site. */
const anyCode = /\/assets\/.*\.js$/;

async function breakCode(page: Page, { code }: CodeScene, answer: Way['answer']): Promise<Fault> {
  let met = 0;
  const handler: Parameters<Page['route']>[1] = (route) => {
    if (code !== true && !code.test(route.request().url())) return route.fallback();
    met += 1;
    return answer(route);
  };
  await page.route(anyCode, handler);
  return { met: () => met, mend: () => page.unroute(anyCode, handler) };
}

function attemptsOf(scene: Scene, world: World): readonly Attempt[] {
  if ('message' in scene)
    return sixSocketWays().map((way) => ({
      ...way,
      break: async ({ socket }) => socket.break(scene, scene.body?.(world) ?? {}, way),
    }));
  if ('fails' in scene)
    return sixWays().map((way) => ({
      ...way,
      break: ({ visitor }) => breakRequest(visitor.page, scene, way),
    }));
  // The rest of the six cannot be told apart by a page that asks for code.
  return sixWays()
    .filter(({ name }) => name === 'network' || name === 'html')
    .map((way) => ({
      ...way,
      code: 'page-broke',
      break: ({ visitor }) => breakCode(visitor.page, scene, way.answer),
    }));
}

async function open(chromium: Chromium, scene: Scene, world: World): Promise<Opened> {
  const who = scene.as === 'nobody' ? {} : { as: world.people[scene.as] };
  const visitor = await chromium.visitor(scene.of.join(', '), who);
  visitor.expects(/./);
  await visitor.page.clock.install();
  const socket = new Socket();
  await socket.stand(visitor.page);
  await scene.before?.(visitor.page, world);
  if (scene.act !== undefined) {
    await visitor.page.goto(scene.at(world));
    await scene.ready?.(visitor.page, world);
  }
  return { visitor, socket };
}

async function close(opened: Opened | undefined): Promise<void> {
  if (opened === undefined) return;
  // What is held on the network is let go of first, or it would fail into the next scene.
  await opened.visitor.page.unrouteAll({ behavior: 'ignoreErrors' });
  await opened.visitor.context.close();
}

/**
 * Plays it in every way. Gives the ways in which nobody was told.
 * @throws when the scene itself does not work.
 */
export async function play(chromium: Chromium, scene: Scene, world: World): Promise<readonly Silent[]> {
  const silent: Silent[] = [];
  let opened: Opened | undefined;
  let isSpent = false;
  for (const attempt of attemptsOf(scene, world)) {
    if (opened === undefined || isSpent) {
      await close(opened);
      opened = await open(chromium, scene, world);
    }
    const why = await playOnce(opened, scene, attempt, world);
    isSpent = scene.fresh === true || attempt.ruins === true;
    if (why !== undefined) silent.push({ way: attempt.name, why });
  }
  await close(opened);
  return silent;
}

async function playOnce(
  opened: Opened,
  scene: Scene,
  attempt: Attempt,
  world: World,
): Promise<string | undefined> {
  const { page } = opened.visitor;
  const before = scene.act === undefined ? [] : await knownReferences(page);
  const fault = await attempt.break(opened);
  if (scene.act === undefined) {
    // An address that differs in its fragment alone would not be loaded anew.
    await page.goto('about:blank');
    await page.goto(scene.at(world), { waitUntil: 'commit' });
  }
  await scene.act?.(page, world);
  await until(`${scene.of.join(', ')} is called (${attempt.name})`, () => fault.met() > 0, sentWithin);
  await attempt.wait?.(page);
  try {
    const instead = 'instead' in scene ? scene.instead?.(attempt.name) : undefined;
    const words = scene.says?.(attempt.name);
    if (instead !== undefined) await instead(page, world);
    else await isTold(page, { code: attempt.code, reference: attempt.reference, before, words });
    return undefined;
  } catch (error) {
    return `${String(error)}\n${await page.locator('body').innerText()}`;
  } finally {
    await fault.mend();
  }
}
