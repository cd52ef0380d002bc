/** A form that keeps what was typed, whatever happens. */
import type { Problem } from '@slipmat/contract/problems';
import { type ChangeEvent, type FormEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type * as z from 'zod/mini';
import { checkBody, type FieldErrors, noErrors, placeProblem } from './form-problems.ts';

export type Values = Readonly<Record<string, string>>;

type Changed = ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>;

export interface Form<V extends Values> {
  readonly values: V;
  readonly set: (name: keyof V & string, value: string) => void;
  /** Everything a `Field` needs for this name. */
  readonly bind: (name: keyof V & string) => {
    readonly name: string;
    readonly value: string;
    readonly onChange: (event: Changed) => void;
    readonly error: string | undefined;
  };
  readonly errors: FieldErrors;
  readonly setErrors: (errors: FieldErrors) => void;
  /** For the form element; the first field that is wrong gets the focus. */
  readonly ref: RefObject<HTMLFormElement | null>;
  /** What no field can show. */
  readonly rest: Problem | undefined;
}

/**
 * The values of a form and what is wrong with them.
 * @param failure the problem of the last attempt; it is placed at the fields it is about.
 */
export function useForm<V extends Values>(initial: V, failure: Problem | undefined): Form<V> {
  const [values, setValues] = useState<V>(initial);
  const [own, setOwn] = useState<FieldErrors>(noErrors);
  const [answered, setAnswered] = useState<Problem | undefined>();
  const ref = useRef<HTMLFormElement>(null);
  const placed = placeProblem(failure, Object.keys(initial));
  const [attempts, setAttempts] = useState(0);
  const setErrors = (errors: FieldErrors): void => {
    setOwn(errors);
    setAttempts((before) => before + 1);
  };
  if (answered !== failure) {
    setAnswered(failure);
    setErrors(placed.errors);
  }
  useEffect(() => {
    if (attempts === 0) return;
    const wrong = ref.current?.querySelector('[aria-invalid="true"]');
    if (wrong instanceof HTMLElement) wrong.focus();
  }, [attempts]);
  const set = (name: keyof V & string, value: string): void => {
    setValues((before) => ({ ...before, [name]: value }));
    setOwn(({ [name]: _mended, ...others }) => others);
  };
  return {
    values,
    set,
    errors: own,
    setErrors,
    rest: placed.rest,
    ref,
    bind: (name) => ({
      name,
      value: values[name] ?? '',
      onChange: (event) => set(name, event.target.value),
      error: own[name],
    }),
  };
}

/**
 * What a form does when it is sent: checks the body against the contract, then acts.
 * @param bodyOf the body from the values; it is checked before it is sent.
 */
export function submitting<V extends Values>(
  form: Form<V>,
  schema: z.ZodMiniType,
  bodyOf: (values: V) => unknown,
  act: () => void,
): (event: FormEvent) => void {
  return (event) => {
    event.preventDefault();
    const errors = checkBody(schema, bodyOf(form.values));
    form.setErrors(errors);
    if (Object.keys(errors).length === 0) act();
  };
}
