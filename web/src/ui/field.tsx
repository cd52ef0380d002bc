/** Form fields: a label, a hint, and what is wrong, tied together for every reader. */
import { type ComponentProps, type ReactNode, useId } from 'react';
import { classes } from './classes.ts';

interface Labelled {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** What is wrong with it, as a sentence. */
  readonly error?: string | undefined;
}

const box = classes(
  'w-full rounded-lg border bg-sunken px-4 text-ink placeholder:text-quiet min-h-11',
  'disabled:opacity-60 aria-invalid:border-danger',
);

interface FrameProps extends Labelled {
  readonly id: string;
  readonly children: ReactNode;
}

function Frame({ id, label, hint, error, children }: FrameProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children}
      {error !== undefined && (
        <p id={`${id}-error`} className="text-sm text-danger">
          <span aria-hidden="true">▲ </span>
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-sm text-quiet">
          {hint}
        </p>
      )}
    </div>
  );
}

function described(id: string, { hint, error }: Labelled) {
  const by = classes(error !== undefined && `${id}-error`, hint !== undefined && `${id}-hint`);
  return {
    id,
    'aria-describedby': by === '' ? undefined : by,
    'aria-invalid': error === undefined ? undefined : true,
  };
}

function useFieldId(given: string | undefined): string {
  const made = useId();
  return given ?? made;
}

export function Field({ label, hint, error, id, className, ...rest }: Labelled & ComponentProps<'input'>) {
  const own = useFieldId(id);
  return (
    <Frame id={own} label={label} hint={hint} error={error}>
      <input
        {...rest}
        {...described(own, { label, hint, error })}
        className={classes(box, 'border-edge', className)}
      />
    </Frame>
  );
}

export function TextArea({
  label,
  hint,
  error,
  id,
  className,
  ...rest
}: Labelled & ComponentProps<'textarea'>) {
  const own = useFieldId(id);
  return (
    <Frame id={own} label={label} hint={hint} error={error}>
      <textarea
        rows={5}
        {...rest}
        {...described(own, { label, hint, error })}
        className={classes(box, 'border-edge py-2.5', className)}
      />
    </Frame>
  );
}

export function Select({ label, hint, error, id, className, ...rest }: Labelled & ComponentProps<'select'>) {
  const own = useFieldId(id);
  return (
    <Frame id={own} label={label} hint={hint} error={error}>
      <select
        {...rest}
        {...described(own, { label, hint, error })}
        className={classes(box, 'border-edge', className)}
      />
    </Frame>
  );
}

export function Checkbox({ label, hint, error, id, className, ...rest }: Labelled & ComponentProps<'input'>) {
  const own = useFieldId(id);
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={own} className="flex min-h-11 items-center gap-3">
        <input
          {...rest}
          {...described(own, { label, hint, error })}
          type="checkbox"
          className={classes('size-5 shrink-0 accent-lamp', className)}
        />
        <span>{label}</span>
      </label>
      {error !== undefined && (
        <p id={`${own}-error`} className="text-sm text-danger">
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${own}-hint`} className="pl-8 text-sm text-quiet">
          {hint}
        </p>
      )}
    </div>
  );
}
