/**
 * A signed-in "who am I" with 100,000 sessions stored: requests per second of the server's CPU time. Slipmat's
 * `GET /api/auth/me` with the whole pipeline on, Django on gunicorn, and better-auth on node:sqlite behind Fastify.
 */
import { z } from 'zod';
import { loadFully, measureFully } from './harness/request-load.ts';
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
  ? { sessions: 2_000, connections: 16, rounds: 1, warmSeconds: 1, measureSeconds: 3 }
  : { sessions: 100_000, connections: 16, rounds: 3, warmSeconds: 12, measureSeconds: 10 };
const { sessions, connections } = parameters;

const Me = z.object({ account: z.object({ displayName: z.string() }) });
const Name = z.object({ name: z.string() });

function ours(server: RequestServer): RequestSite {
  const nameIn = async (answer: Response) => Me.parse(await answer.json()).account.displayName;
  return { ...server, path: '/api/auth/me', headers: {}, nameIn };
}

function theirs(server: RequestServer): RequestSite {
  const nameIn = async (answer: Response) => Name.parse(await answer.json()).name;
  return { ...server, path: '/me', headers: {}, nameIn };
}

const before = { ...conditions(), ...(await peerVersions()) };
const sites = [
  ours(await startOurs(sessions)),
  theirs(await startDjango(sessions, false)),
  theirs(await startDjango(sessions, true)),
  theirs(await startBetterAuth(sessions)),
];
const figures: Awaited<ReturnType<typeof measureFully>>[] = [];
for (const site of sites) {
  await checkSite(site);
  await loadFully(site, { connections, seconds: parameters.warmSeconds });
}
for (let round = 0; round < parameters.rounds; round += 1) {
  for (const site of round % 2 === 0 ? sites : sites.toReversed())
    figures.push(await measureFully(site, { connections, seconds: parameters.measureSeconds }));
}
for (const site of sites) await site.stop();

const rateOf = (name: string): number =>
  mean(figures.filter((figure) => figure.server === name).map((figure) => figure.requestsPerCpuSecond));
const ourRate = rateOf('Slipmat');
const table = [
  ...head('server', 'requests per second and core', 'Slipmat does', 'p99 ms'),
  ...sites.map(({ name }) => {
    const slowest = Math.max(...figures.filter((one) => one.server === name).map((one) => one.p99Ms));
    return row(
      name,
      Math.round(rateOf(name)),
      `${(ourRate / rateOf(name)).toFixed(1)} ×`,
      slowest.toFixed(1),
    );
  }),
];
finish({ name: 'me', conditions: before, parameters, figures, table }, options);
