/** The last step: whom it goes to, before it goes. */
import type { Reached } from '@slipmat/contract/sending';
import type { ProblemError } from '../../api/problem-error.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Time } from '../../ui/time.tsx';
import { audienceWords } from './audience.ts';
import { bodyOf, type ComposeDraft } from './compose-draft.ts';
import { lastStepWords, people } from './reach-words.ts';

interface SendDialogProps {
  readonly draft: ComposeDraft;
  readonly reached: Reached;
  readonly busy: boolean;
  readonly error: ProblemError | null;
  readonly onSend: () => void;
  readonly onClose: () => void;
}

export function SendDialog({ draft, reached, busy, error, onSend, onClose }: SendDialogProps) {
  const { audience, startsAt, title } = bodyOf(draft);
  const channels = { push: draft.push !== '', email: draft.email !== '' };
  return (
    <Dialog
      open
      onOpenChange={busy ? () => undefined : onClose}
      title={draft.kind === 'must-read' ? 'Send this as a must-read?' : 'Send this?'}
      description={
        <>
          <strong className="font-semibold text-ink">{lastStepWords(reached, channels)}</strong>
          {reached.public && ' Whoever listens without an account sees it too.'}
        </>
      }
      actions={
        <>
          <Button onClick={onClose} disabled={busy}>
            Not yet
          </Button>
          <Button variant="primary" busy={busy} onClick={onSend}>
            {startsAt === null ? 'Send' : 'Schedule'} to {people(reached.people)}
          </Button>
        </>
      }
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
        <dt className="text-quiet">Title</dt>
        <dd className="font-medium wrap-anywhere">{title}</dd>
        <dt className="text-quiet">To</dt>
        <dd className="wrap-anywhere">{audienceWords(audience)}</dd>
        <dt className="text-quiet">When</dt>
        <dd>{startsAt === null ? 'Now' : <Time at={startsAt} />}</dd>
      </dl>
      {error !== null && (
        <ProblemNotice problem={error.problem} onRetry={onSend} busy={busy} className="mt-4" />
      )}
    </Dialog>
  );
}
