/** Another e-mail address, with the password. */
import { mailEndpoints } from '@slipmat/contract/mail';
import { useQueryClient } from '@tanstack/react-query';
import { askMeAgain } from '../../api/me.ts';
import { keyOf, useAct } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { submitting, useForm } from '../../ui/use-form.ts';
import { where } from './use-address.ts';

const endpoint = mailEndpoints.changeAddress;

export function ChangeAddress({ onDone }: { readonly onDone: () => void }) {
  const cache = useQueryClient();
  const change = useAct(endpoint, { where, shown: true });
  const form = useForm({ email: '', password: '' }, change.error?.problem);
  const changed = async (): Promise<void> => {
    onDone();
    await Promise.all([cache.invalidateQueries({ queryKey: keyOf(mailEndpoints.address) }), askMeAgain()]);
  };
  const send = (): void => change.mutate({ body: form.values }, { onSuccess: () => run(changed, where) });
  return (
    <form
      ref={form.ref}
      noValidate
      className="mt-5 flex flex-col gap-4 border-t border-line pt-5"
      onSubmit={submitting(form, endpoint.body, (values) => values, send)}
    >
      <Field label="New address" type="email" autoComplete="email" {...form.bind('email')} />
      <Field
        label="Your password"
        type="password"
        autoComplete="current-password"
        hint="So that nobody changes it on a device that you left open."
        {...form.bind('password')}
      />
      {form.rest !== undefined && (
        <ProblemNotice problem={form.rest} onRetry={send} busy={change.isPending} />
      )}
      <div className="flex flex-wrap gap-3">
        <Button type="submit" variant="primary" busy={change.isPending}>
          Change it
        </Button>
        <Button onClick={onDone}>Leave it</Button>
      </div>
    </form>
  );
}
