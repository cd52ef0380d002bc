/** Beginning a roll-out: its steps, and how long each lasts at least. */
import { type RollOut, rollOutsEndpoints } from '@slipmat/contract/roll-outs';
import type { FormEvent } from 'react';
import { useAct } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { useForm } from '../../ui/use-form.ts';
import { bodyOf, mistakesOf, stepsAsTyped } from './plan-form.ts';
import { keepAnswer } from './use-roll-outs.ts';
import { kindWords } from './words.ts';

interface StartDialogProps {
  readonly rollOut: RollOut;
  readonly onClose: () => void;
}

export function StartDialog({ rollOut, onClose }: StartDialogProps) {
  const { kind, steps, stepMinutes, revision } = rollOut;
  const act = useAct(rollOutsEndpoints.start, { where: 'starting a roll-out', shown: true });
  const form = useForm({ steps: stepsAsTyped(steps), minutes: String(stepMinutes) }, act.error?.problem);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const mistakes = mistakesOf(form.values);
    form.setErrors({ ...mistakes });
    if (Object.keys(mistakes).length > 0) return;
    act.mutate(
      { params: { kind }, body: bodyOf(form.values) },
      {
        onSuccess(state) {
          keepAnswer(state);
          onClose();
        },
      },
    );
  };
  const formId = `start-${kind}`;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Start with ${kindWords[kind].name}?`}
      description={
        revision === 0
          ? 'It begins with the first step. You can pause it and take it back at any time.'
          : 'It begins with the first step again, and counts from zero. You can pause it and take it back at any time.'
      }
      actions={
        <>
          <Button onClick={onClose}>Not yet</Button>
          <Button type="submit" form={formId} variant="primary" busy={act.isPending}>
            Start
          </Button>
        </>
      }
    >
      <form id={formId} ref={form.ref} noValidate className="flex flex-col gap-4" onSubmit={submit}>
        <Field
          label="Steps"
          hint="Per cent of sessions, ascending, with 100 at the end."
          inputMode="text"
          autoComplete="off"
          {...form.bind('steps')}
        />
        <Field
          label="Minutes of each step"
          hint="At least; a step also waits for answers. 60 is an hour, 1440 a day."
          inputMode="numeric"
          autoComplete="off"
          {...form.bind('minutes')}
        />
        {form.rest !== undefined && <ProblemNotice problem={form.rest} />}
      </form>
    </Dialog>
  );
}
