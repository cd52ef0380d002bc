/**
 * Takes the pictures of README and docs: `node e2e/screens.ts` (with ffmpeg and Chromium installed and the web part
 * built). The demo runs meanwhile, and people join it: they listen, talk, and the DJ looks at the dashboard.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chatMessages } from '@slipmat/contract/chat';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { Person } from '../server/test/people.ts';
import { asUser, freePort, type Owner } from '../server/test/services/daemon.ts';
import { until } from '../server/test/until.ts';
import { desk, openChromium, phone, type Visitor, type VisitorOptions } from './browser.ts';

const demo = fileURLToPath(new URL('../server/src/demo.ts', import.meta.url));
const images = fileURLToPath(new URL('../docs/images', import.meta.url));
/** The repository carries every picture for ever. Bytes. */
const pictureBytes = 250_000;
const startWithinMs = 60_000;
/** People who only listen, beside those in the pictures. */
const audience = 14;

/** Other words than the demo's own, which go on meanwhile. */
const talk: readonly (readonly [handle: string, text: string])[] = [
  ['adaeze', 'made it in time, tea is ready'],
  ['nova', 'thank you for being here. This one is a B-side I found last week'],
  ['mira', 'welcome everyone, be kind to each other'],
  ['jonas', 'what a hi-hat'],
  ['nova', 'that is rain on the studio roof, honestly'],
  ['kasimir', 'leave it in, it swings'],
  ['adaeze', 'the cat has stopped walking over the keyboard to listen'],
];
const lastWords = 'the cat has stopped walking';

interface Demo {
  readonly origin: string;
  /** Of the event that is on. */
  readonly slug: string;
  readonly password: string;
}

async function startDemo(owner: Owner): Promise<Demo> {
  const [command, args] = asUser(undefined, process.execPath, [demo]);
  const ports = { PORT: String(await freePort()), SOURCE_PORT: String(await freePort()) };
  const child = spawn(command, args, {
    env: { ...process.env, ...ports },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const gone = once(child, 'close');
  owner.after(async () => {
    child.kill('SIGTERM');
    await gone;
  });
  let output = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    output += bytes.toString();
  });
  const [, origin = '', slug = ''] = await until(
    'the demo is on air',
    () => /on air:\s+(http\S+)\/e\/(\S+)/.exec(output) ?? undefined,
    startWithinMs,
  );
  const [, password = ''] = await until('its password', () => /password “(.+)”/.exec(output) ?? undefined);
  return { origin, slug, password };
}

async function signIn({ origin, password }: Demo, handle: string): Promise<Person> {
  const person = new Person({ origin }, { id: '', handle, email: '' });
  await person.call(sessionsEndpoints.signIn, { body: { login: handle, password } });
  return person;
}

async function haveThemTalk(show: Demo, people: ReadonlyMap<string, Person>): Promise<void> {
  for (const [line, [handle, text]] of talk.entries()) {
    const socket = await people.get(handle)?.socket();
    await socket?.send(chatMessages.say, { slug: show.slug, text, key: `screens-line-${line}` });
    await socket?.leave();
  }
}

/** Connects people who listen until the owner ends. */
async function haveThemListen(owner: Owner, { origin, slug }: Demo): Promise<void> {
  const stop = new AbortController();
  owner.after(async () => stop.abort());
  for (let place = 1; place <= audience; place += 1) {
    const headers = { 'x-forwarded-for': `10.9.0.${place}` };
    const answer = await fetch(`${origin}/listen/${slug}`, { headers, signal: stop.signal });
    const sound = answer.body?.getReader();
    const drink = async (): Promise<void> => {
      for (;;) if ((await sound?.read())?.done !== false) return;
    };
    drink().catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
  }
}

async function shoot({ page }: Visitor, name: string): Promise<void> {
  const path = `${images}/${name}.png`;
  await page.evaluate('document.activeElement?.blur()');
  await page.screenshot({ path, animations: 'disabled' });
  const { size } = await stat(path);
  process.stdout.write(`${path} ${Math.round(size / 1000)} kB\n`);
  if (size > pictureBytes) throw new Error(`${name} is larger than ${pictureBytes} bytes`);
}

async function takePictures(owner: Owner): Promise<void> {
  await mkdir(images, { recursive: true });
  const show = await startDemo(owner);
  const chromium = await openChromium(owner, show.origin);
  const people = new Map<string, Person>();
  for (const handle of new Set(talk.map(([handle]) => handle)))
    people.set(handle, await signIn(show, handle));
  const nova = people.get('nova');
  const jonas = people.get('jonas');
  if (nova === undefined || jonas === undefined) throw new Error('nova and jonas are in the talk');
  const see = async (name: string, options: VisitorOptions, path: string): Promise<Visitor> => {
    const visitor = await chromium.visitor(name, { ...options, colorScheme: 'dark' });
    await visitor.page.goto(path);
    return visitor;
  };

  // The dashboard draws listeners over time, so it is opened before they come.
  const dashboard = await see('nova', { as: nova, viewport: desk }, '/dj');
  await dashboard.page.getByRole('heading', { name: 'On air' }).waitFor();
  await haveThemListen(owner, show);
  await haveThemTalk(show, people);
  for (const [name, viewport] of [
    ['live-1280', desk],
    ['live-390', phone],
  ] as const) {
    const listener = await see(name, { as: jonas, viewport }, `/e/${show.slug}`);
    await listener.page.getByRole('button', { name: 'Play' }).click();
    await listener.page.getByText('Playing live').waitFor();
    await listener.page.getByText(lastWords).waitFor();
    await listener.page.getByText(/1\d listening/).waitFor();
    await shoot(listener, name);
  }
  await dashboard.page.getByText(lastWords).waitFor();
  await shoot(dashboard, 'dashboard-1280');
  const home = await see('home', { viewport: desk }, '/');
  await home.page.getByText('Live now').waitFor();
  await shoot(home, 'home-1280');
}

const ends: (() => Promise<void>)[] = [];
try {
  await takePictures({ after: (end) => ends.unshift(end) });
} finally {
  for (const end of ends) await end();
}
