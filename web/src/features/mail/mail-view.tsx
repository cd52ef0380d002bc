/** One mail of the outbox, whole, with what can be done about it. */
import { type MailRow, mailEndpoints } from '@slipmat/contract/mail';
import { useQueryClient } from '@tanstack/react-query';
import { keyOf, useAct, useAsk } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Region } from '../../ui/region.tsx';

const where = 'this mail';

function SendAgain({ mail }: { readonly mail: MailRow }) {
  const cache = useQueryClient();
  const send = useAct(mailEndpoints.sendAgain, { where, shown: true });
  const press = (): void =>
    send.mutate(
      { params: { id: mail.id } },
      {
        onSuccess: () => run(() => cache.invalidateQueries({ queryKey: keyOf(mailEndpoints.outbox) }), where),
      },
    );
  return (
    <>
      <Button small busy={send.isPending} onClick={press}>
        {mail.state === 'kept' ? 'Send it now' : 'Send again'}
      </Button>
      {send.isSuccess && (
        <span role="status" className="self-center text-good">
          It waits to be sent.
        </span>
      )}
      {send.error !== null && (
        <ProblemNotice
          problem={send.error.problem}
          onRetry={press}
          busy={send.isPending}
          className="basis-full"
        />
      )}
    </>
  );
}

interface MailViewProps {
  readonly mail: MailRow;
  readonly mailIsSent: boolean;
}

export function MailView({ mail, mailIsSent }: MailViewProps) {
  const shown = useAsk(mailEndpoints.show, { params: { id: mail.id } }, { where, shown: true });
  const isUnderWay = mail.state === 'queued' || mail.state === 'sending';
  return (
    <div className="mt-3 rounded-xl bg-sunken p-4">
      <Region of={shown}>
        {({ text, link }) => (
          <>
            <pre className="font-sans text-sm whitespace-pre-wrap wrap-anywhere">{text}</pre>
            <div className="mt-4 flex flex-wrap gap-3">
              {link !== null && <CopyButton text={link}>Copy the link</CopyButton>}
              {mailIsSent && !isUnderWay && <SendAgain mail={mail} />}
            </div>
          </>
        )}
      </Region>
    </div>
  );
}
