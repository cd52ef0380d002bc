/**
 * better-auth on node:sqlite behind Fastify, with two routes: the signed-in person's name by `getSession`, and whether
 * one is signed in.
 *
 *   better-auth.ts seed <count>   makes the database; prints a Cookie header's value for each person
 *   better-auth.ts                serves it
 *
 * DATABASE_FILE says where the database is.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { fromNodeHeaders } from 'better-auth/node';
import Fastify from 'fastify';

const secret = 'a-secret-for-measurements-of-at-least-32-characters';
const database = new DatabaseSync(process.env['DATABASE_FILE'] ?? ':memory:');
database.exec('pragma journal_mode = wal');
const config = {
  database,
  secret,
  baseURL: 'http://localhost',
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
};
const auth = betterAuth(config);

/** A signed cookie as better-auth writes it: the token and its HMAC-SHA256 in base64, URL-encoded. */
function cookieOf(token: string): string {
  const signature = createHmac('sha256', secret).update(token).digest('base64');
  return `better-auth.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
}

async function seed(count: number): Promise<void> {
  const migrations = await getMigrations(config);
  await migrations.runMigrations();
  const now = new Date().toISOString();
  const expires = new Date(Date.now() + 7 * 24 * 3_600_000).toISOString();
  const person = database.prepare(
    'insert into user (id, name, email, emailVerified, createdAt, updatedAt) values (?, ?, ?, 1, ?, ?)',
  );
  const session = database.prepare(
    'insert into session (id, expiresAt, token, createdAt, updatedAt, userId) values (?, ?, ?, ?, ?, ?)',
  );
  database.exec('begin');
  const cookies: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const id = randomBytes(16).toString('hex');
    const token = randomBytes(16).toString('hex');
    person.run(id, `Person ${number}`, `person-${number}@example.test`, now, now);
    session.run(randomBytes(16).toString('hex'), expires, token, now, now, id);
    cookies.push(cookieOf(token));
  }
  database.exec('commit');
  process.stdout.write(`${cookies.join('\n')}\n`);
}

async function serve(): Promise<void> {
  const app = Fastify();
  app.get('/me', async (request) => {
    const session = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) });
    return { name: session?.user.name ?? null };
  });
  app.get('/check', async (request, reply) => {
    const session = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) });
    if (session === null) return reply.code(401).send();
    return reply.header('name', session.user.name).send();
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  process.stdout.write(`port ${new URL(url).port}\n`);
}

if (process.argv[2] === 'seed') await seed(Number(process.argv[3]));
else await serve();
