/** The form of a new notification, its preview beside it, and the last step before it goes. */
import type { Account } from '@slipmat/contract/accounts';
import { sendingEndpoints } from '@slipmat/contract/sending';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { keyOf, useAct } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { useLocation } from '../../ui/location.ts';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { RestoredLine } from '../../ui/restored-line.tsx';
import { useDraftErrors } from '../../ui/use-draft-errors.ts';
import { useNow } from '../../ui/use-now.ts';
import { AudienceFields } from './audience-fields.tsx';
import { bodyOf, type ComposeDraft, composeFields, draftErrors, type Prefill } from './compose-draft.ts';
import { DeliveryFields } from './delivery-fields.tsx';
import { Previews } from './previews.tsx';
import { reachedWords } from './reach-words.ts';
import { SendDialog } from './send-dialog.tsx';
import { useCompose } from './use-compose.ts';
import { type AskedReach, useReached } from './use-reached.ts';
import { KindField, WordsFields } from './words-fields.tsx';

const where = 'sending a notification';

/** How many it reaches, in each of its states. */
function Reach({ reach }: { readonly reach: AskedReach }): ReactNode {
  const { asked, reached, isWhole } = reach;
  if (asked.error !== null && isWhole) {
    return (
      <ProblemNotice
        problem={asked.error.problem}
        onRetry={() => run(() => asked.refetch(), where)}
        busy={asked.isFetching}
      />
    );
  }
  return (
    <p role="status" className="text-quiet">
      {!isWhole && 'Say whom it is for, and their number stands here.'}
      {isWhole && reached === undefined && 'Counting…'}
      {reached !== undefined && (
        <>
          Reaches <strong className="font-semibold text-ink">{reachedWords(reached)}</strong>.
        </>
      )}
    </p>
  );
}

interface ComposeProps {
  readonly account: Account;
  readonly prefill: Prefill;
}

export function Compose({ account, prefill }: ComposeProps) {
  const { draft, change, restored, discard, settle } = useCompose(account.id, prefill);
  const send = useAct(sendingEndpoints.send, { where, shown: true });
  const check = useDraftErrors(send.error?.problem, composeFields, (draft: ComposeDraft) =>
    draftErrors(draft, Date.now()),
  );
  const reach = useReached(draft);
  const now = useNow(60_000);
  const cache = useQueryClient();
  const [, go] = useLocation();
  const [isLast, setLast] = useState(false);
  const { groups } = account;

  const sendIt = (): void =>
    send.mutate(
      { body: bodyOf(draft) },
      {
        onSuccess({ notification }) {
          settle();
          run(() => cache.invalidateQueries({ queryKey: keyOf(sendingEndpoints.list) }), where);
          go(paths.sentOne(notification.id));
        },
        // What a field can show is shown there.
        onError: ({ problem }) => {
          if (problem.fields !== undefined) setLast(false);
        },
      },
    );
  return (
    <form
      ref={check.ref}
      noValidate
      className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(20rem,26rem)] lg:gap-8"
      onSubmit={(event) => {
        event.preventDefault();
        send.reset();
        if (check.passes(draft)) setLast(true);
      }}
    >
      <div className="flex min-w-0 flex-col gap-6">
        {restored && <RestoredLine onDiscard={discard} />}
        <Panel title="What it says">
          <div className="flex flex-col gap-5">
            <KindField kind={draft.kind} groups={groups} onChange={(kind) => change({ ...draft, kind })} />
            <WordsFields
              draft={draft}
              errors={check.errors}
              onChange={(words) => change({ ...draft, ...words })}
            />
          </div>
        </Panel>
        <Panel title="Whom it is for">
          <div className="flex flex-col gap-5">
            <AudienceFields draft={draft} errors={check.errors} groups={groups} onChange={change} />
            <Reach reach={reach} />
          </div>
        </Panel>
        <Panel title="When, and how far it goes">
          <DeliveryFields draft={draft} errors={check.errors} onChange={change} />
        </Panel>
      </div>
      <div className="flex min-w-0 flex-col gap-6 lg:sticky lg:top-[calc(5rem+var(--lines))]">
        <Panel title="How it will look">
          <Previews draft={draft} account={account} reached={reach.reached} now={now} />
        </Panel>
        {check.rest !== undefined && !isLast && (
          <ProblemNotice problem={check.rest} onRetry={sendIt} busy={send.isPending} />
        )}
        <Button type="submit" variant="primary" busy={isLast && reach.reached === undefined}>
          {draft.starts === '' ? 'Send…' : 'Schedule…'}
        </Button>
      </div>
      {isLast && reach.reached !== undefined && (
        <SendDialog
          draft={draft}
          reached={reach.reached}
          busy={send.isPending}
          error={send.error}
          onSend={sendIt}
          onClose={() => setLast(false)}
        />
      )}
    </form>
  );
}
