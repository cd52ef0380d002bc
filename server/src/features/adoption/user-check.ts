/** Whether a session that was read is still good for the user that it names (`django.contrib.auth.get_user`). */
import type { DjangoUser } from './django-database.ts';
import type { Refusal } from './refusal.ts';
import type { Claims } from './session-data.ts';
import { isSignedBy } from './signing.ts';

/** `AbstractBaseUser.get_session_auth_hash`. */
const authHashKeySalt = 'django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash';

/** Back ends whose users are rows of `auth_user` that signed in with a password of that row. */
const allowedBackends: ReadonlySet<string> = new Set([
  'django.contrib.auth.backends.ModelBackend',
  // Takes disabled users too, and Slipmat does not.
  'django.contrib.auth.backends.AllowAllUsersModelBackend',
]);

export function isAllowedBackend(backend: string): boolean {
  return allowedBackends.has(backend);
}

/**
 * The hash covers the stored password string, so that a new password ends every session from before it.
 * @returns why not, or undefined when the session is good.
 */
export function checkUser(
  user: DjangoUser,
  claims: Claims,
  secretKeys: readonly string[],
): Refusal | undefined {
  const isFresh = isSignedBy(secretKeys, {
    keySalt: authHashKeySalt,
    value: user.password,
    signature: claims.authHash,
    encoding: 'hex',
  });
  if (!isFresh) return { refused: 'wrong-hash' };
  return user.isActive ? undefined : { refused: 'disabled' };
}
