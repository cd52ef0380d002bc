/** Requests of signed-in people: as many as a server can answer, by `wrk`; and some a second, as people send them. */
import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { createChance } from './chance.ts';
import { cpuSeconds, runProgram } from './programs.ts';
import { cookiesOf, type RequestSite } from './request-sites.ts';
import { say } from './result.ts';

const script = fileURLToPath(new URL('../load/cookies.lua', import.meta.url));

const Load = z.object({
  requests: z.number(),
  seconds: z.number(),
  failed: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
});

export interface FullLoad {
  /** Each of which sends its next request once it has the answer. */
  readonly connections: number;
  readonly seconds: number;
}

/** As many requests as the server can answer. */
export async function loadFully(
  { url, cookieFile, path, headers }: RequestSite,
  { connections, seconds }: FullLoad,
): Promise<z.infer<typeof Load>> {
  const asked = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script];
  const output = await runProgram('wrk', [...options, url, '--', cookieFile, path, ...asked]);
  const result = /RESULT (.*)/.exec(output)?.[1];
  if (result === undefined) throw new Error(`wrk said no result:\n${output}`);
  return Load.parse(JSON.parse(result));
}

/** What `loadFully` finds, in the server's CPU time. @throws when a request failed. */
export async function measureFully(site: RequestSite, load: FullLoad) {
  const before = cpuSeconds(site.pid);
  const seen = await loadFully(site, load);
  const cpu = cpuSeconds(site.pid) - before;
  if (seen.failed > 0) throw new Error(`${site.name}: ${seen.failed} of ${seen.requests} requests failed`);
  const figure = {
    server: site.name,
    requestsPerCpuSecond: Math.round(seen.requests / cpu),
    requestsPerSecond: Math.round(seen.requests / seen.seconds),
    cpuPercent: Number(((cpu * 100) / seen.seconds).toFixed(1)),
    p50Ms: Number(seen.p50Ms.toFixed(2)),
    p99Ms: Number(seen.p99Ms.toFixed(2)),
  };
  say(`${site.name}: ${figure.requestsPerCpuSecond} per CPU second, ${figure.requestsPerSecond} per second`);
  return figure;
}

export interface SteadyLoad {
  readonly perSecond: number;
  readonly seconds: number;
  /** More are not opened; a request waits for one, and its time runs. */
  readonly connections: number;
}

/** One request. @returns when its answer was there whole. */
function ask(site: RequestSite, agent: Agent, cookie: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { ...site.headers, cookie };
    const request = get(site.url + site.path, { agent, headers }, (response) => {
      const { statusCode = 0 } = response;
      if (statusCode >= 300) reject(new Error(`${site.name} answered ${statusCode}`));
      response.on('end', () => resolve(performance.now())).on('error', reject);
      response.resume();
    });
    request.on('error', reject);
  });
}

function percentile(sorted: readonly number[], share: number): number {
  return Number((sorted[Math.ceil(sorted.length * share) - 1] ?? 0).toFixed(2));
}

/**
 * Requests that do not wait for each other's answers, at random moments (a Poisson process, the same one for every
 * server), each of another person. @throws when one failed.
 */
export async function measureSteadily(site: RequestSite, { perSecond, seconds, connections }: SteadyLoad) {
  const chance = createChance(1);
  const cookies = cookiesOf(site);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const asked: Promise<number>[] = [];
  const end = seconds * 1000;
  const begun = performance.now();
  for (let due = 0; due < end; due += (-Math.log(1 - chance()) * 1000) / perSecond) {
    const early = begun + due - performance.now();
    // A timer is exact to a millisecond; those that are due by then go together.
    if (early > 0.5) await pause(early);
    const sent = performance.now();
    const cookie = cookies[Math.floor(chance() * cookies.length)] ?? '';
    asked.push(ask(site, agent, cookie).then((answered) => answered - sent));
  }
  const times = (await Promise.all(asked)).sort((a, b) => a - b);
  agent.destroy();
  const figure = {
    server: site.name,
    requests: times.length,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    maxMs: percentile(times, 1),
  };
  say(`${site.name}: p50 ${figure.p50Ms} ms, p99 ${figure.p99Ms} ms, at ${perSecond} a second`);
  return figure;
}
