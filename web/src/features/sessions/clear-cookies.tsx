/** The last resort: has the browser forget every cookie of the site, after one question. */
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { endSession, identityChanged } from '../../api/identity-change.ts';
import { problemCentre } from '../../api/problem-centre.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';

const where = 'clearing the cookies';

/** @param props.onCleared called when the browser was told, to look what came of it. */
export function ClearCookies({ onCleared }: { readonly onCleared: () => void }) {
  const [asking, setAsking] = useState(false);
  const clear = useMutation({
    mutationFn: () => endSession(() => call(sessionsEndpoints.clearCookies)),
    meta: { where, shown: true },
    onSuccess: async () => {
      problemCentre.clear('header-too-large', 'session-not-kept');
      setAsking(false);
      onCleared();
      await identityChanged();
    },
  });
  return (
    <Panel title="The last resort">
      <p className="mb-4 text-quiet">
        When nothing else helps, or your browser sends more cookies than the server can read: have it forget
        every cookie of this site, and sign in anew.
      </p>
      {clear.isSuccess && (
        <p role="status" className="mb-4 text-good">
          Your browser was told to forget all cookies of this site. You can sign in again.
        </p>
      )}
      <Button variant="danger" onClick={() => setAsking(true)}>
        Clear this site’s cookies
      </Button>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title="Clear this site’s cookies?"
        description={
          <>
            <p>
              You are signed out in this browser, here and on the old parts of the site, and whatever they
              kept in cookies is gone, such as their settings.
            </p>
            <p className="mt-2">Your account, other devices and everything on the server stay as they are.</p>
          </>
        }
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Keep them</Button>
            <Button variant="danger" busy={clear.isPending} onClick={() => clear.mutate()}>
              Clear cookies
            </Button>
          </>
        }
      >
        {clear.error !== null && <ProblemNotice problem={clear.error.problem} />}
      </Dialog>
    </Panel>
  );
}
