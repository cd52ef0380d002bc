/** Signing this browser out. */
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { run } from '../../api/run.ts';
import { useLocation } from '../../ui/location.ts';
import { identityChanged, identityChanges } from './state.ts';

/** Signs out, asks everything again as nobody, and goes home. A failure floats; the person stays signed in. */
export function useSignOut(): { readonly start: () => void; readonly busy: boolean } {
  const [busy, setBusy] = useState(false);
  const [, navigate] = useLocation();
  const signOut = async (): Promise<void> => {
    setBusy(true);
    try {
      identityChanges();
      await call(sessionsEndpoints.signOut);
      navigate('/');
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
