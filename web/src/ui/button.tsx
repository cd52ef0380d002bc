/** Buttons, and how things that look like buttons look. */
import type { ComponentProps, ReactNode } from 'react';
import { classes } from './classes.ts';
import { Spinner } from './spinner.tsx';

export type ButtonVariant = 'primary' | 'quiet' | 'danger';

const looks: Readonly<Record<ButtonVariant, string>> = {
  primary: 'bg-lamp text-on-lamp font-semibold hover:bg-lamp-strong border border-transparent',
  quiet: 'bg-transparent text-ink border border-edge hover:border-ink hover:bg-sunken',
  danger: 'bg-transparent text-danger border border-danger hover:bg-danger-ground',
};

/** The classes of a button, for links that act like one. */
export function buttonClasses(variant: ButtonVariant = 'quiet', small = false): string {
  return classes(
    'inline-flex items-center justify-center gap-2 rounded-full whitespace-nowrap transition-colors',
    'min-h-11 disabled:opacity-55 disabled:cursor-not-allowed aria-disabled:opacity-55 no-underline',
    small ? 'px-4 text-sm sm:min-h-9' : 'px-6',
    looks[variant],
  );
}

export interface ButtonProps extends ComponentProps<'button'> {
  readonly variant?: ButtonVariant;
  /** An act is under way: the button shows it and does nothing. */
  readonly busy?: boolean;
  readonly small?: boolean;
  readonly children: ReactNode;
}

export function Button({ variant = 'quiet', busy = false, small = false, ...rest }: ButtonProps) {
  const { className, children, disabled, type = 'button', onClick, ...others } = rest;
  return (
    <button
      {...others}
      type={busy ? 'button' : type}
      disabled={disabled}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? undefined : onClick}
      className={classes(buttonClasses(variant, small), className)}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}
