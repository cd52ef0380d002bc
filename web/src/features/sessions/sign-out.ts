/** Signing this browser out. */
import { useState } from 'react';
import { run } from '../../api/run.ts';
import { useLocation } from '../../ui/location.ts';
import { endSession, identityChanged } from './state.ts';

/** Signs out, asks everything again as nobody, and goes home. A failure floats; the person stays signed in. */
export function useSignOut(): { readonly start: () => void; readonly busy: boolean } {
  const [busy, setBusy] = useState(false);
  const [, navigate] = useLocation();
  const signOut = async (): Promise<void> => {
    setBusy(true);
    try {
      await endSession();
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
