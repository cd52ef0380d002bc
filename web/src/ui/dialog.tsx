/** A dialog over the page: focus stays inside, Escape closes. Load it lazily on the live page. */
import * as RadixDialog from '@radix-ui/react-dialog';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  /** One or two sentences under the title. */
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** The buttons; the act stands last. */
  readonly actions?: ReactNode;
  readonly wide?: boolean;
}

export function Dialog({ open, onOpenChange, title, description, children, actions, wide }: DialogProps) {
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 bg-black/65" />
        <RadixDialog.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          className={classes(
            'fixed inset-x-4 top-1/2 z-50 mx-auto max-h-[88dvh] -translate-y-1/2 overflow-y-auto',
            'rounded-2xl border border-line bg-raised p-6 shadow-2xl',
            wide === true ? 'max-w-2xl' : 'max-w-md',
          )}
        >
          <RadixDialog.Title className="text-xl">{title}</RadixDialog.Title>
          {description !== undefined && (
            <RadixDialog.Description asChild>
              <div className="mt-2 text-quiet">{description}</div>
            </RadixDialog.Description>
          )}
          {children !== undefined && <div className="mt-5">{children}</div>}
          {actions !== undefined && <div className="mt-6 flex flex-wrap justify-end gap-3">{actions}</div>}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
