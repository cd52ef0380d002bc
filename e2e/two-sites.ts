/**
 * An old Django site and Slipmat beside each other, as in the life of a real one: first each by itself, then
 * deployed together, with the old one behind the gate and its people and sessions adopted.
 */
import assert from 'node:assert/strict';
import { type OldSite, type OldUser, startOldSite } from '../server/test/old-site.ts';
import { slipmat } from '../server/test/server-process.ts';
import type { Owner } from '../server/test/services/daemon.ts';
import { type HttpsFront, sharedDomain } from './https-front.ts';
import { type HttpsSite, openHttpsSite, type Settings } from './https-site.ts';

/** Group of the old site whose people are DJs. */
export const oldDjs = 'DJs';

export interface TwoSites extends HttpsSite {
  /** Puts the old site behind the gate, and adopts its people and sessions. Nobody does anything. */
  deploy(): Promise<void>;
  /** `slipmat <args>` on the data of the running server. @returns what it printed. */
  command(...args: readonly string[]): Promise<string>;
}

/** Django as many sites have it: a cookie that scripts may read. */
const djangoSettings: Settings = {
  SESSION_COOKIE_HTTPONLY: 'off',
  SESSION_COOKIE_SECURE: 'on',
  TRUST_PROXY: 'on',
};

/** What an operator sets to deploy both together. */
function settingsTogether(front: HttpsFront, old: OldSite): Settings {
  const { origins } = front;
  return {
    COOKIE_DOMAIN: sharedDomain,
    CSRF: 'roll-out',
    OLD_SITES: `Old site=${origins.old}`,
    TRUSTED_ORIGINS: origins.old,
    DJANGO_SESSIONS: 'db',
    DJANGO_DATABASE_URL: `sqlite://${old.database}`,
    DJANGO_SECRET_KEYS: old.secretKey,
    DJANGO_GROUPS: `${oldDjs}=dj`,
  };
}

/**
 * Starts both, each by itself.
 * @param users of the old site.
 * @param cookieDomain of the old site's sessions; empty for its own host only, which is Django's default.
 */
export async function openTwoSites(
  owner: Owner,
  users: readonly OldUser[],
  cookieDomain: string = sharedDomain,
): Promise<TwoSites> {
  let old = await startOldSite(owner, {
    environment: { ...djangoSettings, SESSION_COOKIE_DOMAIN: cookieDomain },
  });
  await old.addUsers(users);
  const site = await openHttpsSite(owner);
  await site.serveOld({ address: old.address, gate: false });
  let settings = site.settings;

  async function command(...args: readonly string[]): Promise<string> {
    const { code, said } = await slipmat(args, settings);
    assert.equal(code, 0, said);
    return said;
  }

  return {
    ...site,
    command,
    async deploy() {
      const together = settingsTogether(site, old);
      settings = { ...site.settings, ...together };
      await site.restart(together);
      await command('adopt-users');
      old = await old.redeploy({
        GATE: 'on',
        SLIPMAT_ORIGIN: site.origin,
        SLIPMAT_JWKS_URL: `http://127.0.0.1:${site.slipmatPort}/.well-known/jwks.json`,
        SLIPMAT_AUDIENCE: site.origins.old,
      });
      await site.serveOld({ address: old.address, gate: true });
    },
  };
}
