/** `npm run demo`: the same server with sample people and events, and a DJ whose sound goes through the source port. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { broadcastEndpoints } from '@slipmat/contract/broadcast';
import { eventsEndpoints } from '@slipmat/contract/events';
import { type App, buildApp } from './app.ts';
import { parseConfig } from './config.ts';
import { cast, chatter, demoPassword, type Plan, plans, titles } from './demo/cast.ts';
import { play } from './demo/turntable.ts';
import { createVisitor, type Visitor } from './demo/visitor.ts';
import { openDeps, startLog } from './deps.ts';

const bitsPerSecond = 96_000;
const trackMs = 45_000;
/** Between two lines of chat. */
const talkMs = 12_000;
/** Before an encoder that was cut off connects again. */
const reconnectMs = 2_000;

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function bringCast(app: App): Promise<Map<string, Visitor>> {
  const visitors = new Map<string, Visitor>();
  for (const { handle, displayName, groups } of cast) {
    const visitor = createVisitor(app.publicOrigin());
    const email = `${handle}@demo.invalid`;
    await visitor.call(accountsEndpoints.create, {
      body: { handle, email, password: demoPassword, displayName },
    });
    for (const group of groups) await app.accounts.grant(null, handle, group);
    await app.emails.verifyByHand(handle);
    visitors.set(handle, visitor);
  }
  return visitors;
}

function lineupOf({ djs, lengthMinutes }: Plan, startsAt: number) {
  const slotMs = (lengthMinutes * 60_000) / djs.length;
  return djs.map((handle, index) => ({
    handle,
    startsAt: Math.round(startsAt + index * slotMs),
    endsAt: Math.round(startsAt + (index + 1) * slotMs),
  }));
}

async function announceEvents(visitors: ReadonlyMap<string, Visitor>): Promise<string[]> {
  const slugs: string[] = [];
  for (const plan of plans) {
    const { host, title, description, lengthMinutes } = plan;
    const startsAt = Math.floor((Date.now() + plan.startsIn) / 60_000) * 60_000;
    const body = {
      title,
      description,
      lengthMinutes,
      startsAt,
      lineup: lineupOf(plan, startsAt),
      publish: true,
    };
    const made = await visitors.get(host)?.call(eventsEndpoints.create, { body });
    slugs.push(eventsEndpoints.create.reply.parse(made).event.slug);
  }
  return slugs;
}

/** Plays for as long as the demo runs, like a DJ whose software reconnects by itself. */
async function keepPlaying(app: App, host: string, key: string, signal: AbortSignal): Promise<void> {
  const audio = readFileSync(new URL('./demo/loop.mp3', import.meta.url));
  while (!signal.aborted) {
    const source = { host, port: app.sourcePort(), mount: '/nova', key };
    try {
      await play({ ...source, audio, bitsPerSecond, titles, trackMs, signal });
    } catch (error) {
      say(`The demo's DJ was cut off (${String(error)}) and connects again.`);
      await pause(reconnectMs);
    }
  }
}

async function keepTalking(
  visitors: ReadonlyMap<string, Visitor>,
  slug: string,
  signal: AbortSignal,
): Promise<void> {
  for (let line = 0; !signal.aborted; line += 1) {
    const said = chatter[line % chatter.length];
    if (said === undefined) return;
    const key = `demo-${process.pid}-${line}`;
    await visitors.get(said.handle)?.send('chat.say', { slug, text: said.text, key });
    await pause(talkMs, undefined, { signal });
  }
}

function ignoreAbort(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) say(`demo: ${String(error)}`);
  };
}

async function run(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'slipmat-demo-'));
  const parsed = parseConfig({
    LOG_LEVEL: 'warn',
    ...process.env,
    DATA_DIR: dataDir,
    DATABASE_URL: '',
    REDIS_URL: '',
  });
  if (!parsed.ok) {
    say(parsed.mistakes.join('\n'));
    process.exitCode = 78;
    return;
  }
  const { config } = parsed;
  const app = await buildApp(config, await openDeps(config, startLog(config)));
  await app.listen();
  const stop = new AbortController();
  const visitors = await bringCast(app);
  const [slug = ''] = await announceEvents(visitors);
  const { createKey } = broadcastEndpoints;
  const key = createKey.reply.parse(
    await visitors.get('nova')?.call(createKey, { body: { name: 'Demo encoder' } }),
  );
  const playing = keepPlaying(app, config.host, key.secret, stop.signal).catch(ignoreAbort(stop.signal));
  const talking = keepTalking(visitors, slug, stop.signal).catch(ignoreAbort(stop.signal));

  say(`\n  Nova is on air:   ${app.publicOrigin()}/e/${slug}`);
  say(`  Home page:        ${app.publicOrigin()}/`);
  say(`  Sign in as ${cast.map(({ handle }) => handle).join(', ')} with the password “${demoPassword}”`);
  say(
    '  (olive owns the place, mira moderates, nova, kasimir and yuki are DJs). Ctrl-C stops and forgets it all.\n',
  );

  const end = async (): Promise<void> => {
    stop.abort();
    for (const visitor of visitors.values()) visitor.close();
    await Promise.all([playing, talking]);
    await app.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  // Ctrl-C comes twice, from the terminal and from the launcher; the second must not cut the first short.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) return;
      end().catch((error: unknown) => {
        say(`The demo did not stop cleanly: ${String(error)}`);
        process.exit(1);
      });
    });
  }
}

await run();
