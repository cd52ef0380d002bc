/** Signing this browser out. */
import { useState } from 'react';
import { endSession, identityChanged } from '../../api/identity-change.ts';
import { run } from '../../api/run.ts';
import { useLocation } from '../../ui/location.ts';

/**
 * Signs out, asks everything again as nobody, and goes elsewhere. A failure floats; the person stays signed in.
 * @param to where; home unless said.
 * @param act what ends the session; signs out here unless said.
 */
export function useSignOut(
  to = '/',
  act?: () => Promise<unknown>,
): { readonly start: () => void; readonly busy: boolean } {
  const [busy, setBusy] = useState(false);
  const [, navigate] = useLocation();
  const signOut = async (): Promise<void> => {
    setBusy(true);
    try {
      await endSession(act);
      navigate(to);
      await identityChanged();
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    start: () => {
      if (!busy) run(signOut, 'signing out');
    },
  };
}
