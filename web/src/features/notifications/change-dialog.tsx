/** Changing what was sent. A must-read with other words asks everybody again. */
import { type SentNotification, sendingEndpoints } from '@slipmat/contract/sending';
import { useAct } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { fromLocal, toLocal } from '../../ui/local-time.ts';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { submitting, useForm } from '../../ui/use-form.ts';
import { useRefreshSent } from './use-refresh-sent.ts';
import { WordsFields } from './words-fields.tsx';

const endpoint = sendingEndpoints.change;

interface Typed extends Readonly<Record<string, string>> {
  readonly title: string;
  readonly text: string;
  readonly link: string;
  readonly expiresAt: string;
}

/** @param before the end as it was: a moment between two minutes stays as it is while nobody changes it. */
function bodyOf({ title, text, link, expiresAt }: Typed, before: number | null) {
  const kept = before !== null && toLocal(before) === expiresAt;
  return {
    title,
    text: text.replace(/\r\n?/g, '\n'),
    link: link.trim() === '' ? null : link.trim(),
    expiresAt: kept ? before : expiresAt === '' ? null : fromLocal(expiresAt),
  };
}

interface ChangeDialogProps {
  readonly sent: SentNotification;
  readonly onClose: () => void;
}

export function ChangeDialog({ sent, onClose }: ChangeDialogProps) {
  const act = useAct(endpoint, { where: 'this notification', shown: true });
  const refresh = useRefreshSent();
  const form = useForm<Typed>(
    {
      title: sent.title,
      text: sent.text,
      link: sent.link ?? '',
      expiresAt: sent.expiresAt === null ? '' : toLocal(sent.expiresAt),
    },
    act.error?.problem,
  );
  const send = (): void =>
    act.mutate(
      { params: { id: sent.id }, body: bodyOf(form.values, sent.expiresAt) },
      {
        onSuccess() {
          refresh();
          onClose();
        },
      },
    );
  const { title, text, link } = form.values;
  const hasNewWords = title !== sent.title || text !== sent.text || link !== (sent.link ?? '');
  const asksAgain = sent.kind === 'must-read' && hasNewWords;
  return (
    <Dialog
      open
      wide
      onOpenChange={act.isPending ? () => undefined : onClose}
      title="Change it"
      description={
        asksAgain
          ? 'Everybody is asked to confirm it again, and is shown what you changed.'
          : 'It changes on every page at once.'
      }
      actions={
        <>
          <Button onClick={onClose} disabled={act.isPending}>
            Leave it
          </Button>
          <Button type="submit" form="change-sent" variant="primary" busy={act.isPending}>
            {asksAgain ? 'Change it and ask again' : 'Change it'}
          </Button>
        </>
      }
    >
      <form
        id="change-sent"
        ref={form.ref}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={submitting(form, endpoint.body, (values) => bodyOf(values, sent.expiresAt), send)}
      >
        <WordsFields
          draft={form.values}
          errors={form.errors}
          onChange={(change) => {
            for (const name of ['title', 'text', 'link'] as const) {
              const value = change[name];
              if (value !== undefined) form.set(name, value);
            }
          }}
        />
        <Field
          label="Ends"
          type="datetime-local"
          hint="Empty: it stays until it is read."
          {...form.bind('expiresAt')}
        />
        {form.rest !== undefined && <ProblemNotice problem={form.rest} onRetry={send} busy={act.isPending} />}
      </form>
    </Dialog>
  );
}
