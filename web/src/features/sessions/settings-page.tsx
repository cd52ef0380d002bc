/** One's own account: how one is called, and where one is signed in. */
import { type Account, accountsEndpoints } from '@slipmat/contract/accounts';
import type { ComponentType } from 'react';
import { askMeAgain } from '../../api/me.ts';
import { useAct } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { paths } from '../../paths.ts';
import { Boundary } from '../../ui/boundary.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Require } from '../../ui/require.tsx';
import { submitting, useForm } from '../../ui/use-form.ts';
import { DeviceList } from './device-list.tsx';

const endpoint = accountsEndpoints.update;
const where = 'your name';

function NameForm({ account }: { readonly account: Account }) {
  const update = useAct(endpoint, { where, shown: true });
  const form = useForm({ displayName: account.displayName }, update.error?.problem);
  const send = (): void => update.mutate({ body: form.values }, { onSuccess: () => run(askMeAgain, where) });
  const saved = update.isSuccess && update.data.account.displayName === form.values.displayName.trim();
  return (
    <Panel title="Your name">
      <form
        ref={form.ref}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={submitting(form, endpoint.body, (values) => values, send)}
      >
        <Field
          label="Display name"
          autoComplete="nickname"
          hint="Shown in chat, in line-ups and on your page."
          {...form.bind('displayName')}
        />
        {form.rest !== undefined && (
          <ProblemNotice problem={form.rest} onRetry={send} busy={update.isPending} />
        )}
        <div className="flex flex-wrap items-center gap-4">
          <Button type="submit" variant="primary" busy={update.isPending}>
            Save
          </Button>
          <span role="status" className="text-good">
            {saved && 'Saved.'}
          </span>
        </div>
      </form>
      <dl className="mt-6 grid gap-x-6 gap-y-1 border-t border-line pt-5 sm:grid-cols-[auto_1fr]">
        <dt className="text-quiet">Handle</dt>
        <dd>@{account.handle}</dd>
        <dt className="text-quiet">Groups</dt>
        <dd>
          {account.groups.join(', ')}
          {account.pausedGroups.length > 0 &&
            `; ${account.pausedGroups.join(', ')} as soon as your e-mail address is verified`}
        </dd>
      </dl>
    </Panel>
  );
}

function SignInSound() {
  return (
    <Panel title="Something odd about your sign-in?">
      <p className="mb-4 text-quiet">
        Signed in here and not there, or as somebody else? The check asks every part of this site who it takes
        you for, and puts right what is wrong.
      </p>
      <ButtonLink to={paths.signedIn()}>Am I really signed in?</ButtonLink>
    </Panel>
  );
}

interface SettingsPageProps {
  /** What other features have to set. */
  readonly sections: ComponentType<{ readonly account: Account }>;
}

export function SettingsPage({ sections: Sections }: SettingsPageProps) {
  return (
    <Require>
      {(account) => (
        <Page title="Settings">
          <div className="flex flex-col gap-6">
            <Boundary where="your name">
              <NameForm account={account} />
            </Boundary>
            <Sections account={account} />
            <Boundary where="your devices">
              <DeviceList />
            </Boundary>
            <SignInSound />
          </div>
        </Page>
      )}
    </Require>
  );
}
