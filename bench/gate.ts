/**
 * The gate with 100,000 sessions stored: what a reverse proxy waits for before each request to an old site. Beside it
 * what the old site would do itself, a Django view that checks its own session, and better-auth's look-up of one.
 */
import { z } from 'zod';
import { loadFully, measureFully, measureSteadily } from './harness/request-load.ts';
import {
  checkSite,
  peerVersions,
  type RequestServer,
  type RequestSite,
  startBetterAuth,
  startDjango,
  startOurs,
} from './harness/request-sites.ts';
import { conditions, finish, head, mean, readOptions, row } from './harness/result.ts';

const options = readOptions();
const parameters = options.isQuick
  ? { sessions: 2_000, connections: 16, rounds: 1, warm: 1, full: 2, steady: 3, perSecond: 200 }
  : { sessions: 100_000, connections: 16, rounds: 3, warm: 8, full: 8, steady: 12, perSecond: 300 };
const { sessions, connections, perSecond } = parameters;

const oldSite = 'https://old.radio.example';
/** What nginx asks with (deploy/nginx-gate.conf). */
const nginxHeaders = {
  'X-Original-Method': 'GET',
  'X-Original-URL': `${oldSite}/chat/settings?room=main`,
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0',
};
const Claims = z.object({ aud: z.literal(oldSite), handle: z.string() });

/** The person whom the signed identity names. */
function nameInIdentity({ headers }: Response): string {
  const [, claims = ''] = headers.get('slipmat-identity')?.split('.') ?? [];
  const { handle } = Claims.parse(JSON.parse(Buffer.from(claims, 'base64url').toString()));
  return handle.replace('person-', 'Person ');
}

function ours(server: RequestServer): RequestSite {
  const nameIn = async (answer: Response) => nameInIdentity(answer);
  return { ...server, path: '/gate/check', headers: nginxHeaders, nameIn };
}

function theirs(server: RequestServer): RequestSite {
  const nameIn = async (answer: Response) => answer.headers.get('name');
  return { ...server, path: '/check', headers: { 'User-Agent': nginxHeaders['User-Agent'] }, nameIn };
}

const before = { ...conditions(), ...(await peerVersions()) };
const sites = [
  ours(await startOurs(sessions, { OLD_SITES: `Old site=${oldSite}` })),
  theirs(await startDjango(sessions, false)),
  theirs(await startDjango(sessions, true)),
  theirs(await startBetterAuth(sessions)),
];
const full: Awaited<ReturnType<typeof measureFully>>[] = [];
const steady: Awaited<ReturnType<typeof measureSteadily>>[] = [];
for (const site of sites) {
  await checkSite(site);
  await loadFully(site, { connections, seconds: parameters.warm });
}
for (let round = 0; round < parameters.rounds; round += 1) {
  for (const site of round % 2 === 0 ? sites : sites.toReversed()) {
    full.push(await measureFully(site, { connections, seconds: parameters.full }));
    steady.push(await measureSteadily(site, { connections, seconds: parameters.steady, perSecond }));
  }
}
for (const site of sites) await site.stop();

function rateOf(name: string): number {
  return mean(full.filter(({ server }) => server === name).map((one) => one.requestsPerCpuSecond));
}

const table = [
  ...head(
    'server',
    'requests per second and core',
    'Slipmat does',
    `p50 ms at ${perSecond} a second`,
    'p99 ms',
  ),
  ...sites.map(({ name }) => {
    const waits = steady.filter(({ server }) => server === name);
    return row(
      name,
      Math.round(rateOf(name)),
      `${(rateOf('Slipmat') / rateOf(name)).toFixed(1)} ×`,
      mean(waits.map(({ p50Ms }) => p50Ms)).toFixed(1),
      Math.max(...waits.map(({ p99Ms }) => p99Ms)).toFixed(1),
    );
  }),
];
finish({ name: 'gate', conditions: before, parameters, figures: { full, steady }, table }, options);
