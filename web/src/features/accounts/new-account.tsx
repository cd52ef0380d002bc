/** The fields of a new account, for signing up and for the owner's set-up. */
import { Field } from '../../ui/field.tsx';
import type { Form } from '../../ui/use-form.ts';

export type NewAccountValues = {
  readonly displayName: string;
  readonly handle: string;
  readonly email: string;
  readonly password: string;
};

export const emptyAccount: NewAccountValues = { displayName: '', handle: '', email: '', password: '' };

export function NewAccountFields({ form }: { readonly form: Form<NewAccountValues> }) {
  return (
    <>
      <Field
        label="Display name"
        autoComplete="nickname"
        required
        hint="How people see you. You can change it later."
        {...form.bind('displayName')}
      />
      <Field
        label="Handle"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        hint="Your name in addresses: 3 to 30 letters, digits, - or _. It stays."
        {...form.bind('handle')}
      />
      <Field
        label="E-mail"
        type="email"
        autoComplete="email"
        required
        hint="Nobody else on this site sees it."
        {...form.bind('email')}
      />
      <Field
        label="Password"
        type="password"
        autoComplete="new-password"
        required
        hint="At least 8 characters of any kind. Four words make a good one."
        {...form.bind('password')}
      />
    </>
  );
}
