/**
 * The Ed25519 keys that sign identities (RFC 8037), shared by all processes through the database. A key is
 * published before it signs, so that verifiers know it when they meet it, and stays published after it has signed.
 */
import { createPrivateKey } from 'node:crypto';
import { type CryptoKey, importJWK } from 'jose';
import { z } from 'zod';
import type { Database } from '#server/db/open.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Random } from '#server/platform/random.ts';
import { addKey, allKeys, type KeyRow, removeKeys } from './store.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** Times of a key, in milliseconds. */
export const keyTimes = {
  /** A key is followed by a new one after this time. */
  rotateAfter: 30 * day,
  /** A new key is published for so long before it signs: as long as verifiers may keep the list they have. */
  warmUp: 5 * minute,
  /** A key that signs no more stays published; what it signed is valid for seconds, so this is for people to notice. */
  keep: 2 * day,
  /** How long a process goes on with the keys it knows. */
  reloadAfter: 1 * minute,
} as const;

const PublicKey = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() });
const PrivateKey = PublicKey.extend({ d: z.string() });

/** A key as `/.well-known/jwks.json` publishes it (RFC 7517). */
export interface PublishedKey extends z.infer<typeof PublicKey> {
  readonly kid: string;
  readonly alg: 'EdDSA';
  readonly use: 'sig';
}

export interface Signer {
  readonly kid: string;
  readonly key: CryptoKey;
}

export interface GateKeys {
  /** The key that signs at the moment. Made when there is none. */
  signer(): Promise<Signer>;
  /** What verifiers need, oldest first; read from the database each time, so that all processes say the same. */
  published(): Promise<readonly PublishedKey[]>;
  /** Adds the next key when it is time, and drops those nobody needs. For a tick. */
  rotate(): Promise<void>;
}

interface KeysDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
}

/** An Ed25519 private key in PKCS #8 up to its 32 bytes of seed (RFC 8410 §7). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

function newRow(id: string, createdAt: number, random: Random): KeyRow {
  const der = Buffer.concat([pkcs8Head, random.bytes(32)]);
  const jwk = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' });
  return {
    id,
    private_key: JSON.stringify(PrivateKey.parse(jwk)),
    public_key: JSON.stringify(PublicKey.parse(jwk)),
    created_at: createdAt,
  };
}

/** Ids count, so that processes that rotate at the same moment mean the same key, and one of them makes it. */
function nextId(rows: readonly KeyRow[]): string {
  const numbers = rows.map((row) => Number(/\d+$/.exec(row.id)?.[0] ?? 0));
  return `gate-${Math.max(0, ...numbers) + 1}`;
}

/** The newest that has been published long enough; right after the first start, the only one there is. */
function signing(rows: readonly KeyRow[], now: number): KeyRow | undefined {
  return rows.findLast((row) => row.created_at + keyTimes.warmUp <= now) ?? rows[0];
}

/**
 * Names the very key, and not only its place: where a database was restored from a copy, the next key has the id of
 * one that verifiers may still know.
 */
function kidOf(id: string, { x }: { readonly x: string }): string {
  return `${id}-${x.slice(0, 8)}`;
}

function publish(row: KeyRow): PublishedKey {
  const { kty, crv, x } = PublicKey.parse(JSON.parse(row.public_key));
  return { kty, crv, x, kid: kidOf(row.id, { x }), alg: 'EdDSA', use: 'sig' };
}

export function createKeys({ db, clock, random }: KeysDeps): GateKeys {
  let known: { readonly rows: readonly KeyRow[]; readonly at: number } | undefined;
  let loading: Promise<readonly KeyRow[]> | undefined;
  /** The key imported last, with what it was made from. */
  let imported: (Signer & { readonly from: string }) | undefined;

  async function read(): Promise<readonly KeyRow[]> {
    const rows = await allKeys(db.read);
    if (rows.length > 0) return rows;
    const first = newRow(nextId(rows), clock.now(), random);
    await db.write((trx) => addKey(trx, first));
    return allKeys(db.read);
  }

  async function load(): Promise<readonly KeyRow[]> {
    const at = clock.now();
    const rows = await read();
    known = { rows, at };
    return rows;
  }

  function rows(): readonly KeyRow[] | Promise<readonly KeyRow[]> {
    if (known !== undefined && clock.now() - known.at < keyTimes.reloadAfter) return known.rows;
    loading ??= load().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  return {
    async signer() {
      const row = signing(await rows(), clock.now());
      if (row === undefined) throw new Error('no key is left to sign with');
      if (imported?.from === row.private_key) return imported;
      const jwk = PrivateKey.parse(JSON.parse(row.private_key));
      imported = { kid: kidOf(row.id, jwk), key: await importJWK(jwk, 'EdDSA'), from: row.private_key };
      return imported;
    },
    async published() {
      return (await load()).map(publish);
    },
    async rotate() {
      const now = clock.now();
      const rows = await load();
      const newest = rows.at(-1);
      const isTime = newest !== undefined && newest.created_at + keyTimes.rotateAfter <= now;
      const over = rows.filter((_row, index) => {
        const next = rows[index + 1];
        return next !== undefined && next.created_at + keyTimes.warmUp + keyTimes.keep <= now;
      });
      if (!isTime && over.length === 0) return;
      const next = newRow(nextId(rows), now, random);
      const gone = over.map((row) => row.id);
      await db.write(async (trx) => {
        if (isTime) await addKey(trx, next);
        if (gone.length > 0) await removeKeys(trx, gone);
      });
      await load();
    },
  };
}
