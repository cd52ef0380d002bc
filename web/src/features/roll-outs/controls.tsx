/** What staff can do with a roll-out; only what its state allows is there. */
import { type RollOut, type RollOutKind, rollOutsEndpoints } from '@slipmat/contract/roll-outs';
import { useState } from 'react';
import { useAct } from '../../api/queries.ts';
import { Button, type ButtonVariant } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { submitting, useForm } from '../../ui/use-form.ts';
import { StartDialog } from './start-dialog.tsx';
import { keepAnswer } from './use-roll-outs.ts';
import { nextStep } from './words.ts';

type Asking = 'start' | 'advance' | 'roll-back';

export function Controls({ rollOut }: { readonly rollOut: RollOut }) {
  const { kind, state, alertSince } = rollOut;
  const [asking, setAsking] = useState<Asking>();
  const close = (): void => setAsking(undefined);
  const noted = useSteering('acknowledge', kind);
  const pause = useSteering('pause', kind);
  const resume = useSteering('resume', kind);
  const acts = [noted, pause, resume];
  const button = (act: Steering, words: string, variant: ButtonVariant = 'quiet') => (
    <Button
      variant={variant}
      busy={act.isPending}
      onClick={() => {
        for (const one of acts) one.reset();
        act.send();
      }}
    >
      {words}
    </Button>
  );
  const isRunning = state === 'running';
  const mayStart = state === 'ready' || state === 'stopped' || state === 'rolled-back';
  const mayRollBack = isRunning || state === 'paused' || state === 'complete';
  return (
    <div className="flex flex-wrap items-start gap-3">
      {alertSince !== null && button(noted, 'Noted')}
      {mayStart && (
        <Button variant="primary" onClick={() => setAsking('start')}>
          {state === 'ready' ? 'Start…' : 'Start again…'}
        </Button>
      )}
      {state === 'paused' && button(resume, 'Resume', 'primary')}
      {isRunning && button(pause, 'Pause')}
      {isRunning && <Button onClick={() => setAsking('advance')}>Next step now…</Button>}
      {mayRollBack && (
        <Button variant="danger" onClick={() => setAsking('roll-back')}>
          Roll back…
        </Button>
      )}
      {acts.map(
        ({ name, error, isPending, send }) =>
          error !== null && (
            <ProblemNotice
              key={name}
              problem={error.problem}
              onRetry={send}
              busy={isPending}
              className="order-last basis-full"
            />
          ),
      )}
      {asking === 'start' && <StartDialog rollOut={rollOut} onClose={close} />}
      {asking === 'advance' && <AdvanceDialog rollOut={rollOut} onClose={close} />}
      {asking === 'roll-back' && <RollBackDialog rollOut={rollOut} onClose={close} />}
    </div>
  );
}

type SimpleAct = 'acknowledge' | 'pause' | 'resume';

/** An act that takes nothing. Its failure is known here when the button has given way to another. */
function useSteering(name: SimpleAct, kind: RollOutKind) {
  const act = useAct(rollOutsEndpoints[name], { where: 'the roll-outs', shown: true });
  const { error, isPending, reset } = act;
  const send = (): void => act.mutate({ params: { kind } }, { onSuccess: keepAnswer });
  return { name, error, isPending, reset, send };
}

type Steering = ReturnType<typeof useSteering>;

interface DialogProps {
  readonly rollOut: RollOut;
  readonly onClose: () => void;
}

function AdvanceDialog({ rollOut, onClose }: DialogProps) {
  const { kind } = rollOut;
  const act = useAct(rollOutsEndpoints.advance, { where: 'the roll-outs', shown: true });
  // What was asked stays what is asked, and is refused when the server took the step meanwhile.
  const [{ from, next }] = useState(() => ({ from: rollOut.percent, next: nextStep(rollOut) }));
  const send = (): void =>
    act.mutate(
      { params: { kind }, body: { from } },
      {
        onSuccess(state) {
          keepAnswer(state);
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={next === undefined ? 'Complete it now?' : `Go to ${String(next)} % now?`}
      description={
        next === undefined
          ? 'The old way is then not given to anybody any more. It is still read, so nobody is signed out, and rolling back stays possible.'
          : `${String(next)} % of sessions get it, without waiting for the rest of this step. It still stops by itself.`
      }
      actions={
        <>
          <Button onClick={onClose}>Wait</Button>
          <Button variant="primary" busy={act.isPending} onClick={send}>
            {next === undefined ? 'Complete' : `Go to ${String(next)} %`}
          </Button>
        </>
      }
    >
      {act.error !== null && <ProblemNotice problem={act.error.problem} />}
    </Dialog>
  );
}

function RollBackDialog({ rollOut, onClose }: DialogProps) {
  const endpoint = rollOutsEndpoints.rollBack;
  const act = useAct(endpoint, { where: 'rolling back', shown: true });
  const form = useForm({ reason: '' }, act.error?.problem);
  const send = (): void =>
    act.mutate(
      { params: { kind: rollOut.kind }, body: form.values },
      {
        onSuccess(state) {
          keepAnswer(state);
          onClose();
        },
      },
    );
  const formId = `roll-back-${rollOut.kind}`;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Roll back?"
      description="The change is taken back everywhere. Nobody is signed out: sessions that only have the new one get the old one again."
      actions={
        <>
          <Button onClick={onClose}>Go on with it</Button>
          <Button type="submit" form={formId} variant="danger" busy={act.isPending}>
            Roll back
          </Button>
        </>
      }
    >
      <form
        id={formId}
        ref={form.ref}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={submitting(form, endpoint.body, (values) => values, send)}
      >
        <Field
          label="Why"
          hint="For whoever reads the history later."
          maxLength={200}
          autoComplete="off"
          {...form.bind('reason')}
        />
        {form.rest !== undefined && <ProblemNotice problem={form.rest} />}
      </form>
    </Dialog>
  );
}
