/** Sessions and people of a real Django site. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { replaceHash } from '#server/features/accounts/store.ts';
import {
  type AdoptingHouse,
  aDjangoSite,
  anAdoptingHouse,
  type DjangoSite,
  type Location,
  newLocation,
  personIdOf,
  requireDjango,
  type SessionSpec,
  secretKey,
} from './django.ts';
import { createFakeClock } from './fake-clock.ts';
import { password } from './people.ts';
import { startPostgres } from './services/postgres.ts';
import { requireCommand } from './services/require-command.ts';
import { aFolder } from './start-app.ts';

const skip = requireDjango();
const skipPostgres = skip === false ? requireCommand('postgres') : skip;
const postgres = skipPostgres === false ? await startPostgres({ after }) : undefined;

const day = 24 * 60 * 60 * 1_000;
const nova = { username: 'nova', first_name: 'Nova', last_name: 'Kern', email: 'Nova@Example.com' };

async function peopleIn(house: AdoptingHouse): Promise<number> {
  return (await house.db.read.selectFrom('people').select('id').execute()).length;
}

async function aSite(t: TestContext, kind: Location['kind'] = 'sqlite'): Promise<DjangoSite> {
  return aDjangoSite(await newLocation(t, kind, postgres), [
    { ...nova, groups: ['DJs', 'Crew'] },
    { username: 'gone', is_active: false },
  ]);
}

/** What every engine must take and refuse; the cookie of each is made by Django under these settings. */
const oldFormat = { DEFAULT_HASHING_ALGORITHM: 'sha1' };
const pickled = { SESSION_SERIALIZER: 'django.contrib.sessions.serializers.PickleSerializer' };

function specs(engine: SessionSpec['engine']): Record<string, SessionSpec> {
  const base: SessionSpec = { username: 'nova', ...(engine === undefined ? {} : { engine }) };
  return {
    plain: base,
    'with so much in it that Django compresses it': { ...base, data: { basket: 'slipmat '.repeat(50) } },
    'in the form from before Django 3.1': { ...base, settings: oldFormat },
    'signed with a key that is a fall-back by now': { ...base, settings: { SECRET_KEY: 'the one before' } },
    'of the other back end of Django': {
      ...base,
      backend: 'django.contrib.auth.backends.AllowAllUsersModelBackend',
    },
    'wrong-signature': { ...base, settings: { SECRET_KEY: 'of somebody else' } },
    'wrong-signature in the old form': {
      ...base,
      settings: { SECRET_KEY: 'of somebody else', ...oldFormat },
    },
    pickled: { ...base, settings: pickled },
    'pickled in the old form': { ...base, settings: { ...pickled, ...oldFormat } },
    'pickled and compressed': { ...base, settings: pickled, data: { basket: 'slipmat '.repeat(50) } },
    backend: { ...base, backend: 'django.contrib.auth.backends.RemoteUserBackend' },
    disabled: {
      ...base,
      username: 'gone',
      backend: 'django.contrib.auth.backends.AllowAllUsersModelBackend',
    },
    'unknown, for nobody signed in': { ...(engine === undefined ? {} : { engine }), data: { basket: 'one' } },
    'too-large when it is open': { ...base, data: { bomb: '0'.repeat(100_000) } },
    'too-large as it is': { ...base, data: { noise: randomBytes(80_000).toString('base64') } },
  };
}

/** The reason that a spec's name begins with; undefined for those that are good. */
function expectedReason(name: string): string | undefined {
  return /^(wrong-signature|pickled|backend|disabled|unknown|too-large)/.exec(name)?.[1];
}

const engines: readonly (readonly [string, Location['kind'], SessionSpec['engine'], false | string])[] = [
  ['db in SQLite', 'sqlite', 'db', skip],
  ['cached_db in SQLite', 'sqlite', 'cached_db', skip],
  ['db in PostgreSQL', 'postgres', 'db', skipPostgres],
  ['signed_cookies', 'sqlite', 'signed_cookies', skip],
];

describe('sessions of Django', () => {
  for (const [name, kind, engine, skipped] of engines) {
    test(`${name}: good ones are adopted, the others refused with their reason`, {
      skip: skipped,
    }, async (t) => {
      const site = await aSite(t, kind);
      const cookie = await site.cookies(specs(engine));
      const house = await anAdoptingHouse(t, site.location, {
        settings: {
          sessions: engine === 'signed_cookies' ? 'signed_cookies' : 'db',
          secretKeys: [secretKey, 'the one before'],
        },
      });
      const people = new Set<string>();
      for (const spec of Object.keys(specs(engine))) {
        const adopted = await house.adoption.adoptSession(cookie(spec));
        assert.equal('refused' in adopted ? adopted.refused : undefined, expectedReason(spec), spec);
        if ('personId' in adopted) people.add(adopted.personId);
      }
      assert.equal(people.size, 1, 'all of them are one person');
      assert.equal(await peopleIn(house), 1);
    });

    test(`${name}: over when Django says so`, { skip: skipped }, async (t) => {
      const site = await aSite(t, kind);
      const base = specs(engine)['plain'];
      const cookie = await site.cookies({
        usual: { ...base },
        short: { ...base, expiry: 60 },
        browser: { ...base, expiry: 0 },
      });
      const clock = createFakeClock();
      const settings = { sessions: engine === 'signed_cookies' ? engine : 'db' } as const;
      const house = await anAdoptingHouse(t, site.location, { clock, settings });
      await personIdOf(house, cookie('short'));
      clock.leap(62_000);
      assert.deepEqual(await house.adoption.adoptSession(cookie('short')), { refused: 'expired' });
      clock.leap(13 * day);
      await personIdOf(house, cookie('usual'));
      await personIdOf(house, cookie('browser'));
      clock.leap(day);
      assert.deepEqual(await house.adoption.adoptSession(cookie('usual')), { refused: 'expired' });
      assert.deepEqual(await house.adoption.adoptSession(cookie('browser')), { refused: 'expired' });
    });
  }

  test('a new password on Django ends the sessions from before it', { skip }, async (t) => {
    const site = await aSite(t);
    const cookie = await site.cookies({
      plain: { username: 'nova' },
      old: { username: 'nova', settings: oldFormat },
    });
    await site.changePassword('nova', 'another one');
    const house = await anAdoptingHouse(t, site.location);
    for (const name of ['plain', 'old'])
      assert.deepEqual(await house.adoption.adoptSession(cookie(name)), { refused: 'wrong-hash' });
    assert.equal(await peopleIn(house), 0);
  });

  test('junk is refused, counted by reason, and not looked up again for half a minute', {
    skip,
  }, async (t) => {
    const site = await aSite(t);
    const clock = createFakeClock();
    const house = await anAdoptingHouse(t, site.location, { clock });
    const junk = ['', 'x', 'a'.repeat(32), "' or 1=1 --", 'ä'.repeat(32), '..:..:..', '\u0000'.repeat(32)];
    for (const cookie of junk)
      assert.deepEqual(await house.adoption.adoptSession(cookie), { refused: 'unknown' }, cookie);
    assert.deepEqual(await house.adoption.adoptSession('x'.repeat(4_097)), { refused: 'too-large' });
    await house.adoption.adoptSession('x');
    assert.equal(house.adoption.refusals().unknown, junk.length);
    assert.equal(house.adoption.refusals()['too-large'], 1);
    clock.leap(30_001);
    await house.adoption.adoptSession('x');
    assert.equal(house.adoption.refusals().unknown, junk.length + 1);
    const refusals = house.log.filter((line) => line.msg === 'a session of the old site was not adopted');
    assert.equal(refusals.length, junk.length + 2);
    assert.ok(
      refusals.every((line) => !JSON.stringify(line).includes('a'.repeat(32))),
      'no cookie is logged',
    );
  });

  test('every cut and every changed character of a signed cookie is refused', { skip }, async (t) => {
    const site = await aSite(t);
    const cookie = (await site.cookies({ one: { username: 'nova', engine: 'signed_cookies' } }))('one');
    const house = await anAdoptingHouse(t, site.location, { settings: { sessions: 'signed_cookies' } });
    for (let at = 0; at < cookie.length; at += 1) {
      const other = cookie[at] === 'A' ? 'B' : 'A';
      for (const changed of [cookie.slice(0, at), cookie.slice(0, at) + other + cookie.slice(at + 1)])
        assert.deepEqual(await house.adoption.adoptSession(changed), { refused: 'wrong-signature' }, changed);
    }
    await personIdOf(house, cookie);
  });

  test('a database that does not answer is no refusal, and is asked again', { skip }, async (t) => {
    const site = await aSite(t);
    const cookie = (await site.cookies({ one: { username: 'nova' } }))('one');
    const house = await anAdoptingHouse(t, site.location);
    assert.equal(site.location.kind, 'sqlite');
    if (site.location.kind !== 'sqlite') return;
    const elsewhere = join(await aFolder(t), 'moved.sqlite3');
    await rename(site.location.file, elsewhere);
    await assert.rejects(house.adoption.adoptSession(cookie), { code: 'storage-unavailable' });
    await rename(elsewhere, site.location.file);
    await personIdOf(house, cookie);

    const nowhere = { kind: 'postgres', url: 'postgres://x:y@127.0.0.1:9/z' } as const;
    const lost = await anAdoptingHouse(t, nowhere);
    await assert.rejects(lost.adoption.adoptSession(cookie), { code: 'storage-unavailable' });
    const empty = await anAdoptingHouse(t, { kind: 'sqlite', file: join(await aFolder(t), 'none.sqlite3') });
    await assert.rejects(empty.adoption.adoptSession(cookie), { code: 'storage-unavailable' });
  });
});

describe('people of Django', () => {
  test('name, address, groups and key come along; nothing is written to Django', { skip }, async (t) => {
    const site = await aSite(t);
    const cookie = (await site.cookies({ one: { username: 'nova' } }))('one');
    const groups = [
      { theirs: 'DJs', ours: 'dj' },
      { theirs: 'Editors', ours: 'staff' },
    ] as const;
    const house = await anAdoptingHouse(t, site.location, { settings: { groups } });
    const id = await personIdOf(house, cookie);
    const person = await house.accounts.findById(id);
    assert.equal(person?.handle, 'nova');
    assert.equal(person?.displayName, 'Nova Kern');
    assert.equal(person?.email, 'nova@example.com');
    assert.deepEqual(person?.groups, ['member', 'dj'], 'goes on playing without noticing');
    assert.deepEqual(person?.pausedGroups, []);
    assert.equal(await house.adoption.foreignIdOf(id), site.ids['nova']);
    assert.equal(await house.adoption.foreignIdOf('somebody else'), undefined);
    assert.deepEqual(await site.whoseAre([cookie]), ['nova']);
  });

  test('a user whom the gate made there for one of ours is nobody to adopt', { skip }, async (t) => {
    const users = [{ username: 'nova' }, { username: 'ours', stored_password: '!slipmat-somebody' }];
    const site = await aDjangoSite(await newLocation(t, 'sqlite', undefined), users);
    const house = await anAdoptingHouse(t, site.location);
    const totals = await house.adoption.adoptUsers();
    assert.deepEqual(totals, { adopted: 1, present: 0, skipped: { disabled: 0, ours: 1 } });
    assert.equal(await house.adoption.findByUsername('ours'), undefined);
  });

  test('names that cannot be handles, or that somebody has, get the nearest that is free', {
    skip,
  }, async (t) => {
    const users = [
      { username: 'Nova', email: 'taken@example.com', first_name: '' },
      { username: 'admin', email: 'not an address' },
      { username: 'DJ.Ünwürdig@radio', email: 'same@example.com' },
      { username: 'Диджей', email: 'SAME@example.com' },
      { username: 'x', email: '' },
      { username: `${'long'.repeat(10)}`, email: 'who@missing.invalid' },
    ];
    const site = await aDjangoSite(await newLocation(t, 'sqlite', undefined), users);
    const house = await anAdoptingHouse(t, site.location);
    await house.accounts.signUp({
      handle: 'nova',
      email: 'taken@example.com',
      displayName: 'Here first',
      password,
    });
    const totals = await house.adoption.adoptUsers();
    assert.deepEqual(totals, { adopted: users.length, present: 0, skipped: { disabled: 0, ours: 0 } });
    const rows = await house.db.read
      .selectFrom('people')
      .select(['handle', 'email', 'display_name'])
      .orderBy('id')
      .execute();
    assert.deepEqual(
      rows.slice(1).map((row) => [row.handle, row.email, row.display_name]),
      [
        ['nova-2', 'nova-2@missing.invalid', 'Nova'],
        ['admin-2', 'admin-2@missing.invalid', 'admin'],
        ['dj-unwurdig', 'same@example.com', 'DJ.Ünwürdig'],
        ['person-4', 'person-4@missing.invalid', 'Диджей'],
        ['x-5', 'x-5@missing.invalid', 'x'],
        [
          'longlonglonglonglonglonglonglo',
          'longlonglonglonglonglonglonglo@missing.invalid',
          'long'.repeat(10),
        ],
      ],
    );
    assert.equal((await house.accounts.findByLogin('nova'))?.displayName, 'Here first');
  });

  test('twenty first visits at once on two processes make one person', { skip: skipPostgres }, async (t) => {
    assert.ok(postgres);
    const site = await aSite(t, 'postgres');
    const wanted = Array.from({ length: 20 }, (_, index) => [`s${index}`, { username: 'nova' }] as const);
    const cookie = await site.cookies(Object.fromEntries(wanted));
    const storage = { kind: 'postgres', url: await postgres.createDatabase() } as const;
    const one = await anAdoptingHouse(t, site.location, { storage });
    const two = await anAdoptingHouse(t, site.location, { storage });
    const visits = wanted.map(([name], index) => personIdOf(index % 2 === 0 ? one : two, cookie(name)));
    const bulk = [one.adoption.adoptUsers(), two.adoption.adoptUsers()];
    const ids = await Promise.all(visits);
    await Promise.all(bulk);
    assert.equal(new Set(ids).size, 1);
    assert.equal(await peopleIn(one), 1);
  });

  test('a sign-in here leaves the sessions on Django alone', { skip }, async (t) => {
    const site = await aSite(t);
    const cookie = await site.cookies({ one: { username: 'nova' }, two: { username: 'nova' } });
    const house = await anAdoptingHouse(t, site.location);
    const id = await personIdOf(house, cookie('one'));
    const before = await house.accounts.findByLogin('nova');
    assert.match(before?.passwordHash ?? '', /^md5\$/);
    assert.equal(await house.accounts.checkPassword('nova', 'something else'), undefined);
    assert.equal((await house.accounts.checkPassword('nova', password))?.id, id);
    const afterwards = await house.accounts.findByLogin('nova');
    assert.match(afterwards?.passwordHash ?? '', /^\$argon2id\$/, 'our own hash, beside Django’s');
    // A sign-in that was verified before somebody else's replaced the hash changes nothing.
    await house.db.write((trx) => replaceHash(trx, id, before?.passwordHash ?? '', 'too late'));
    assert.deepEqual(await house.accounts.findByLogin('nova'), afterwards);
    assert.equal((await house.accounts.checkPassword('nova', password))?.id, id);
    assert.deepEqual(await site.whoseAre([cookie('one'), cookie('two')]), ['nova', 'nova']);
    assert.equal(await personIdOf(house, cookie('two')), id);
  });

  test('who signs in with the old name and password comes along without a session', { skip }, async (t) => {
    const users = [{ username: 'DJ.Nova' }, { username: 'off', is_active: false }, { username: 'admin' }];
    const site = await aDjangoSite(await newLocation(t, 'sqlite', undefined), users);
    const house = await anAdoptingHouse(t, site.location);
    assert.equal(await house.accounts.checkPassword('DJ.Nova', 'wrong'), undefined);
    assert.equal(await house.accounts.checkPassword('off', password), undefined);
    assert.equal(await house.accounts.checkPassword('nobody', password), undefined);
    assert.equal(await peopleIn(house), 0);
    const person = await house.accounts.checkPassword('DJ.Nova', password);
    assert.equal(person?.handle, 'dj-nova');
    // Again by the old name, with our own hash by then.
    assert.equal((await house.accounts.checkPassword('DJ.Nova', password))?.id, person?.id);
    assert.equal((await house.accounts.checkPassword('dj-nova', password))?.id, person?.id);
    assert.equal((await house.accounts.checkPassword('admin', password))?.handle, 'admin-2');
    assert.equal(await peopleIn(house), 2);
  });
});
