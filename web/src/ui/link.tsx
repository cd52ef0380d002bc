/** Links inside the site. */
import type { ReactNode } from 'react';
import { Link as RoutedLink } from 'wouter';
import { type ButtonVariant, buttonClasses } from './button.tsx';
import { classes } from './classes.ts';

export interface LinkProps {
  readonly to: string;
  readonly children: ReactNode;
  readonly className?: string | undefined;
  readonly 'aria-label'?: string;
  readonly 'aria-current'?: 'page' | undefined;
}

/** A link in running text. */
export function Link({ to, className, ...rest }: LinkProps) {
  return (
    <RoutedLink
      {...rest}
      href={to}
      className={classes(
        'text-accent underline decoration-1 underline-offset-4 hover:decoration-2',
        className,
      )}
    />
  );
}

/** A link without a look of its own, for cards and navigation. */
export function PlainLink({ to, className, ...rest }: LinkProps) {
  return <RoutedLink {...rest} href={to} className={className ?? ''} />;
}

/** A link that looks like a button, because it leads to the next step. */
export function ButtonLink({
  to,
  variant = 'quiet',
  small = false,
  className,
  ...rest
}: LinkProps & { readonly variant?: ButtonVariant; readonly small?: boolean }) {
  return <RoutedLink {...rest} href={to} className={classes(buttonClasses(variant, small), className)} />;
}
