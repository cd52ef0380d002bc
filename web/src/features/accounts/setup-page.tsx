/** The first page of a new Slipmat: the one-time link of the server makes the owner. */
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { useEffect, useState } from 'react';
import { useEntering } from '../../api/entering.ts';
import { useAsk } from '../../api/queries.ts';
import { run } from '../../api/run.ts';
import { Button } from '../../ui/button.tsx';
import { CookieRefused } from '../../ui/cookie-refused.tsx';
import { tokenOf } from '../../ui/fragment-token.ts';
import { ButtonLink } from '../../ui/link.tsx';
import { useLocation } from '../../ui/location.ts';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Region } from '../../ui/region.tsx';
import { SkeletonPage } from '../../ui/skeleton.tsx';
import { submitting, useForm } from '../../ui/use-form.ts';
import { useMe } from '../sessions/state.ts';
import { emptyAccount, NewAccountFields } from './new-account.tsx';

const endpoint = accountsEndpoints.setup;

function OwnerForm({ token }: { readonly token: string }) {
  const me = useMe();
  const setup = useEntering(endpoint, 'the set-up');
  const [, navigate] = useLocation();
  const form = useForm(emptyAccount, setup.error?.problem);
  const entered = setup.data === 'kept' || (setup.data !== undefined && me.data?.account != null);
  useEffect(() => {
    if (entered) navigate('/', { replace: true });
  }, [entered, navigate]);
  const send = (): void => setup.mutate({ body: { ...form.values, token } });
  return (
    <form
      ref={form.ref}
      noValidate
      className="flex flex-col gap-5"
      onSubmit={submitting(form, endpoint.body, (values) => ({ ...values, token }), send)}
    >
      <NewAccountFields form={form} />
      {form.rest !== undefined && <ProblemNotice problem={form.rest} onRetry={send} busy={setup.isPending} />}
      {setup.data === 'refused' ? (
        <CookieRefused worked="The owner was made" onRetry={() => run(() => me.refetch(), 'your account')} />
      ) : (
        <Button type="submit" variant="primary" busy={setup.isPending}>
          Make me the owner
        </Button>
      )}
    </form>
  );
}

function WithoutToken() {
  return (
    <div className="flex flex-col gap-3 rounded-2xl border border-line bg-raised p-6">
      <p>
        Please open the whole link that the server printed when it started. It ends in{' '}
        <code className="font-mono">#token=…</code>, and works once.
      </p>
      <p className="text-quiet">
        The link is gone? Start the server again: it prints a new one until there is an owner.
      </p>
    </div>
  );
}

export function SetupPage() {
  // Set-up closes the moment it succeeds; the form stays until it has led on.
  const [token] = useState(() => tokenOf(location.hash));
  const state = useAsk(accountsEndpoints.setupState, undefined, { where: 'the set-up', shown: true });
  const [open, setOpen] = useState<boolean>();
  if (open === undefined && state.data !== undefined) setOpen(state.data.open);
  return (
    <Region of={state} whole loading={<SkeletonPage />}>
      {() =>
        open === false ? (
          <Page title="Already set up" lead="This Slipmat has an owner." width="narrow">
            <ButtonLink to="/sign-in" variant="primary">
              Sign in
            </ButtonLink>
          </Page>
        ) : (
          <Page
            title="Set up this Slipmat"
            lead="The owner runs the place: gives people their roles and can do everything they can."
            width="narrow"
          >
            {token === null ? <WithoutToken /> : <OwnerForm token={token} />}
          </Page>
        )
      }
    </Region>
  );
}
