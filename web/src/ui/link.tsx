/** Links inside the site. */
import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react';
import { type ButtonVariant, buttonClasses } from './button.tsx';
import { classes } from './classes.ts';
import { navigate } from './location.ts';

export interface LinkProps {
  readonly to: string;
  readonly children: ReactNode;
  readonly className?: string | undefined;
  readonly 'aria-label'?: string;
  readonly 'aria-current'?: 'page' | undefined;
}

/** Opens the page in place, unless the person asked for another tab or window. */
function follow(event: MouseEvent<HTMLAnchorElement>): void {
  const elsewhere = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.button !== 0;
  if (elsewhere || event.defaultPrevented) return;
  event.preventDefault();
  navigate(event.currentTarget.pathname + event.currentTarget.search + event.currentTarget.hash);
}

function RoutedLink({ href, children, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement>) {
  return (
    <a {...rest} href={href} onClick={follow}>
      {children}
    </a>
  );
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
