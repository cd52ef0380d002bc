/** Signing in with a handle or an e-mail address. */
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { useEffect } from 'react';
import { useEntering } from '../../api/entering.ts';
import { run } from '../../api/run.ts';
import { Button } from '../../ui/button.tsx';
import { CookieRefused, CookiesBlocked } from '../../ui/cookie-refused.tsx';
import { Field } from '../../ui/field.tsx';
import { Link } from '../../ui/link.tsx';
import { useSearch } from '../../ui/location.ts';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { submitting, useForm } from '../../ui/use-form.ts';
import { useGoBack } from './go-back.ts';
import { useSignOut } from './sign-out.ts';
import { returnPath, signUpPath, useMe } from './state.ts';

const endpoint = sessionsEndpoints.signIn;

export function SignInPage() {
  const search = useSearch();
  const wanted = search.get('return');
  const returnTo = returnPath(wanted);
  const goBack = useGoBack(wanted);
  const me = useMe();
  // A browser that keeps nothing may still keep the cookie that there was before the present one.
  const signIn = useEntering(endpoint, 'signing in', (input) => ({
    ...input,
    body: { ...input.body, fallBack: true },
  }));
  const form = useForm({ login: '', password: '' }, signIn.error?.problem);
  const signedIn = me.data?.account ?? null;
  const entered = signIn.data === 'kept' || (signIn.data !== undefined && signedIn !== null);
  useEffect(() => {
    if (entered) goBack();
  }, [entered, goBack]);

  if (signedIn !== null && !entered && !signIn.isPending)
    return <AlreadyIn name={signedIn.displayName} onGo={goBack} />;
  return (
    <Page title="Sign in" width="narrow">
      <form
        ref={form.ref}
        noValidate
        className="flex flex-col gap-5"
        onSubmit={submitting(
          form,
          endpoint.body,
          (values) => values,
          () => signIn.mutate({ body: form.values }),
        )}
      >
        {signIn.data !== 'refused' && <CookiesBlocked />}
        <Field
          label="Handle or e-mail"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          {...form.bind('login')}
        />
        <Field
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          {...form.bind('password')}
        />
        {form.rest !== undefined && (
          <ProblemNotice
            problem={form.rest}
            onRetry={() => signIn.mutate({ body: form.values })}
            busy={signIn.isPending}
          />
        )}
        {signIn.data === 'refused' && (
          <CookieRefused
            worked="Your name and password are right"
            onRetry={() => run(() => me.refetch(), 'your account')}
            busy={me.isFetching}
          />
        )}
        <Button type="submit" variant="primary" busy={signIn.isPending}>
          Sign in
        </Button>
        <p className="text-quiet">
          No account yet? <Link to={signUpPath(returnTo)}>Sign up</Link>. Listening works without one.
        </p>
      </form>
    </Page>
  );
}

function AlreadyIn({ name, onGo }: { readonly name: string; readonly onGo: () => void }) {
  const signOut = useSignOut();
  return (
    <Page title="You are signed in" lead={`As ${name}.`} width="narrow">
      <div className="flex flex-wrap gap-3">
        <Button variant="primary" onClick={onGo}>
          Go on
        </Button>
        <Button onClick={signOut.start} busy={signOut.busy}>
          Sign out
        </Button>
      </div>
    </Page>
  );
}
