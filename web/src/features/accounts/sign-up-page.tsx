/** Signing up. */
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { useEffect } from 'react';
import { useEntering } from '../../api/entering.ts';
import { run } from '../../api/run.ts';
import { Button } from '../../ui/button.tsx';
import { CookieRefused, CookiesBlocked } from '../../ui/cookie-refused.tsx';
import { ButtonLink, Link } from '../../ui/link.tsx';
import { useLocation, useSearch } from '../../ui/location.ts';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { submitting, useForm } from '../../ui/use-form.ts';
import { returnPath, signInPath, useMe } from '../sessions/state.ts';
import { emptyAccount, NewAccountFields } from './new-account.tsx';

const endpoint = accountsEndpoints.create;

export function SignUpPage() {
  const search = useSearch();
  const returnTo = returnPath(search.get('return'));
  const me = useMe();
  const signUp = useEntering(endpoint, 'signing up');
  const [, navigate] = useLocation();
  const form = useForm(emptyAccount, signUp.error?.problem);
  const account = me.data?.account ?? null;
  const entered = signUp.data === 'kept' || (signUp.data !== undefined && account !== null);
  useEffect(() => {
    if (entered) navigate(returnTo, { replace: true });
  }, [entered, navigate, returnTo]);

  if (account !== null && !entered && !signUp.isPending) {
    return (
      <Page title="You have an account" lead={`You are signed in as ${account.displayName}.`} width="narrow">
        <ButtonLink to={returnTo} variant="primary">
          Go on
        </ButtonLink>
      </Page>
    );
  }
  const send = (): void => signUp.mutate({ body: form.values });
  return (
    <Page
      title="Sign up"
      lead="For the chat, and for playing. Listening works without an account."
      width="narrow"
    >
      <form
        ref={form.ref}
        noValidate
        className="flex flex-col gap-5"
        onSubmit={submitting(form, endpoint.body, (values) => values, send)}
      >
        {signUp.data !== 'refused' && <CookiesBlocked />}
        <NewAccountFields form={form} />
        {form.rest !== undefined && (
          <ProblemNotice problem={form.rest} onRetry={send} busy={signUp.isPending} />
        )}
        {signUp.data === 'refused' ? (
          <CookieRefused
            worked="Your account was made"
            onRetry={() => run(() => me.refetch(), 'your account')}
            busy={me.isFetching}
          />
        ) : (
          <Button type="submit" variant="primary" busy={signUp.isPending}>
            Sign up
          </Button>
        )}
        <p className="text-quiet">
          Already have an account? <Link to={signInPath(returnTo)}>Sign in</Link>.
        </p>
      </form>
    </Page>
  );
}
