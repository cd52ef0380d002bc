/**
 * A database full of people who are signed in, each in one browser: written straight into the tables, because
 * signing in 100,000 people would take hours of hashing passwords. The measurement checks that the server knows them.
 */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const day = 24 * 3_600_000;

/** A UUIDv7 (RFC 9562 §5.7). */
function newId(now: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * @param dataDir a data folder whose database is migrated and not in use.
 * @returns the Cookie header of each person.
 */
export function signInPeople(dataDir: string, count: number): string[] {
  const database = new DatabaseSync(join(dataDir, 'slipmat.sqlite'));
  const people = database.prepare(
    `insert into people (id, handle, email, display_name, password_hash, created_at) values (?, ?, ?, ?, '', ?)`,
  );
  const groups = database.prepare(
    `insert into person_groups (person_id, group_name, granted_by, granted_at) values (?, 'member', null, ?)`,
  );
  const sessions = database.prepare(
    `insert into sessions (id, person_id, created_at, last_seen_at, idle_expires_at, absolute_expires_at, ended_at, device_label, network)
     values (?, ?, ?, ?, ?, ?, null, 'Firefox on Linux', '10.0.0.0/24')`,
  );
  const credentials = database.prepare(
    `insert into credentials (id, session_id, policy, secret_hash, issued_at, first_seen_at, grace_until)
     values (?, ?, 'slipmat', ?, ?, ?, null)`,
  );
  const now = Date.now();
  // Later than now, so that nobody is due to be noted as seen again (every five minutes, a write) in a long run.
  const seen = now + day;
  database.exec('begin');
  const cookies = Array.from({ length: count }, (_, number) => {
    const person = newId(now);
    const session = newId(now);
    const credential = randomBytes(16).toString('base64url');
    const secret = randomBytes(32).toString('base64url');
    people.run(person, `person-${number}`, `person-${number}@example.test`, `Person ${number}`, now);
    groups.run(person, now);
    sessions.run(session, person, now, seen, now + 30 * day, now + 365 * day);
    credentials.run(credential, session, createHash('sha256').update(secret).digest('hex'), now, now);
    return `slipmat=v1.${credential}.${secret}`;
  });
  database.exec('commit');
  database.close();
  return cookies;
}
