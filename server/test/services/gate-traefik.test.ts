/**
 * Traefik's example of deploy/. Debian has no Traefik to run it with: the file is checked against what the documentation
 * describes, and the gate is asked as ForwardAuth asks.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { startGateServer } from '../gate-server.ts';
import { requireDjango, startOldSite } from '../old-site.ts';
import { rawRequest } from '../raw-request.ts';
import { exampleText } from './proxies.ts';

const host = 'old.radio.example';

test('traefik: its file is what the documentation describes, and asks the gate that is tested', {
  skip: requireDjango('yaml'),
}, async (t) => {
  const site = await startOldSite(t);
  const parsed = await site.python(`
import json, sys, yaml
print(json.dumps(yaml.safe_load(${JSON.stringify(await exampleText('traefik/gate.yaml'))})))`);
  const Middleware = z.union([
    z.strictObject({
      forwardAuth: z.strictObject({
        address: z.string(),
        trustForwardHeader: z.literal(false),
        authResponseHeaders: z.tuple([z.literal('Slipmat-Identity')]),
      }),
    }),
    z.strictObject({
      headers: z.strictObject({ customRequestHeaders: z.record(z.string(), z.literal('')) }),
    }),
    z.strictObject({ ipAllowList: z.strictObject({ sourceRange: z.array(z.string()) }) }),
  ]);
  const Router = z.looseObject({
    rule: z.string(),
    service: z.string(),
    middlewares: z.array(z.string()).optional(),
  });
  const file = z
    .strictObject({
      http: z.strictObject({
        routers: z.record(z.string(), Router),
        middlewares: z.record(z.string(), Middleware),
        services: z.record(z.string(), z.unknown()),
      }),
    })
    .parse(JSON.parse(parsed));
  const { routers, middlewares, services } = file.http;
  for (const [name, { service, middlewares: used = [] }] of Object.entries(routers)) {
    assert.ok(service in services, name);
    for (const middleware of used) assert.ok(middleware in middlewares, middleware);
    const isGuarded = used[0] === 'no-claims' && used[1]?.startsWith('gate-for-') === true;
    assert.ok(service === 'slipmat' || isGuarded || used.includes('nobody'), `${name} is open`);
  }
  const gate = await startGateServer(t);
  for (const middleware of Object.values(middlewares)) {
    if (!('forwardAuth' in middleware)) continue;
    const { pathname, search } = new URL(middleware.forwardAuth.address);
    const answered = await rawRequest(gate.address, '127.0.0.1', {
      path: pathname + search,
      lines: [
        ['X-Forwarded-Method', 'GET'],
        ['X-Forwarded-Proto', 'https'],
        ['X-Forwarded-Host', host],
        ['X-Forwarded-Uri', '/'],
        ['X-Forwarded-For', '203.0.113.7'],
        ['Cookie', 'who=anna'],
      ],
    });
    assert.equal(answered.status, 200);
    assert.ok(answered.headers['slipmat-identity']);
  }
});
