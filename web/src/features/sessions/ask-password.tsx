/**
 * A dialog over whatever page is on screen: the password once more, for what the person is about to do. It has a root of
 * its own, so that any call on any page can wait for it.
 */
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { queries, useAct } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { useLocation } from '../../ui/location.ts';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { submitting, useForm } from '../../ui/use-form.ts';
import { useMe } from './state.ts';

const endpoint = sessionsEndpoints.stepUp;

interface AskPasswordProps {
  readonly onAnswer: (isGiven: boolean) => void;
}

function AskPassword({ onAnswer }: AskPasswordProps) {
  const formId = useId();
  const account = useMe().data?.account ?? null;
  const [asked] = useState(account);
  const act = useAct(endpoint, { where: 'your password', shown: true });
  const form = useForm({ password: '' }, act.error?.problem);
  const [path] = useLocation();
  const [askedOn] = useState(path);
  // Another page, such as that for signing in, or another account: what was to be done is not at hand any more.
  const isOver = path !== askedOn || account?.id !== asked?.id;
  useEffect(() => {
    if (isOver) onAnswer(false);
  }, [isOver, onAnswer]);
  const give = (): void => act.mutate({ body: form.values }, { onSuccess: () => onAnswer(true) });
  return (
    <Dialog
      open
      onOpenChange={() => onAnswer(false)}
      title="Your password, please"
      description={
        <>
          What this gives stays when you are signed out, so we ask whether it is really you
          {asked !== null && (
            <>
              , <strong>{asked.displayName}</strong>
            </>
          )}
          . Then you are not asked again for a while.
        </>
      }
      actions={
        <>
          <Button onClick={() => onAnswer(false)}>Leave it</Button>
          <Button type="submit" form={formId} variant="primary" busy={act.isPending}>
            Go on
          </Button>
        </>
      }
    >
      <form
        id={formId}
        ref={form.ref}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={submitting(form, endpoint.body, (values) => values, give)}
      >
        {/* Password managers look for whose password it is. */}
        <input type="text" autoComplete="username" value={asked?.handle ?? ''} readOnly hidden />
        <Field label="Password" type="password" autoComplete="current-password" {...form.bind('password')} />
        {form.rest !== undefined && <ProblemNotice problem={form.rest} onRetry={give} busy={act.isPending} />}
      </form>
    </Dialog>
  );
}

let asking: Promise<boolean> | undefined;

function ask(): Promise<boolean> {
  const place = document.createElement('div');
  document.body.append(place);
  let root: Root | undefined;
  const answer = new Promise<boolean>((resolve, reject) => {
    root = createRoot(place, { onUncaughtError: reject });
    root.render(
      <QueryClientProvider client={queries}>
        <AskPassword onAnswer={resolve} />
      </QueryClientProvider>,
    );
  });
  return answer.finally(() => {
    asking = undefined;
    root?.unmount();
    place.remove();
  });
}

/**
 * Asks for the password; calls that wait at one time wait for one answer.
 * @returns false when it was not given.
 * @throws what broke the dialog.
 */
export function askPassword(): Promise<boolean> {
  asking ??= ask();
  return asking;
}
