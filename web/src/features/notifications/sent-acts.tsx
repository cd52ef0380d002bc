/** What can be done with what was sent: change it, remind, withdraw. Each is asked about first. */
import { type SentNotification, sendingEndpoints } from '@slipmat/contract/sending';
import { useState } from 'react';
import { useAct } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { people } from './reach-words.ts';
import { toRemind } from './sent-words.ts';
import { useRefreshSent } from './use-refresh-sent.ts';

interface ActProps {
  readonly sent: SentNotification;
  readonly kind: 'remind' | 'withdraw';
  readonly onClose: () => void;
}

function wordsOf(kind: ActProps['kind'], sent: SentNotification) {
  if (kind === 'withdraw') {
    return {
      title: 'Withdraw this?',
      sentence:
        'It disappears from every page at once, and stops nobody any more. The ledger stays. This cannot be taken back.',
      button: 'Withdraw it',
    };
  }
  const left = people(toRemind(sent));
  return {
    title: `Remind ${left}?`,
    sentence:
      sent.kind === 'must-read'
        ? 'They have not confirmed it. It goes to them again by every way there is.'
        : 'They have not seen it. It goes to them again by the ways that they chose.',
    button: `Remind ${left}`,
  };
}

function ActDialog({ sent, kind, onClose }: ActProps) {
  const act = useAct(sendingEndpoints[kind], { where: 'this notification', shown: true });
  const refresh = useRefreshSent();
  const { title, sentence, button } = wordsOf(kind, sent);
  const send = (): void =>
    act.mutate(
      { params: { id: sent.id } },
      {
        onSuccess() {
          refresh();
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      description={sentence}
      actions={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button variant={kind === 'withdraw' ? 'danger' : 'primary'} busy={act.isPending} onClick={send}>
            {button}
          </Button>
        </>
      }
    >
      {act.error !== null && (
        <ProblemNotice problem={act.error.problem} onRetry={send} busy={act.isPending} />
      )}
    </Dialog>
  );
}

export function SentActs({ sent }: { readonly sent: SentNotification }) {
  const [open, setOpen] = useState<'change' | 'remind' | 'withdraw'>();
  const close = (): void => setOpen(undefined);
  const left = toRemind(sent);
  return (
    <div className="flex flex-wrap gap-3">
      <Button small onClick={() => setOpen('change')}>
        Change
      </Button>
      <Button small disabled={sent.state !== 'sent' || left === 0} onClick={() => setOpen('remind')}>
        Remind
      </Button>
      <Button small variant="danger" onClick={() => setOpen('withdraw')}>
        Withdraw
      </Button>
      {open === 'change' && <ChangeDialog sent={sent} onClose={close} />}
      {(open === 'remind' || open === 'withdraw') && <ActDialog sent={sent} kind={open} onClose={close} />}
    </div>
  );
}
