/**
 * A dialog over the page, by the browser's own `<dialog>`: focus stays inside and goes back afterwards, Escape
 * and a press beside it close it. (Dialogs of libraries lock scrolling with inline styles, which the security
 * policy forbids.)
 */
import { type ReactNode, useEffect, useId, useRef } from 'react';
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

export function Dialog({ open, ...rest }: DialogProps) {
  return open ? <OpenDialog {...rest} /> : null;
}

function OpenDialog({
  onOpenChange,
  title,
  description,
  children,
  actions,
  wide,
}: Omit<DialogProps, 'open'>) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={`${id}-title`}
      aria-describedby={description === undefined ? undefined : `${id}-description`}
      onCancel={(event) => {
        event.preventDefault();
        onOpenChange(false);
      }}
      onPointerDown={(event) => {
        // The backdrop belongs to the dialog element itself; everything in it lies in the box.
        if (event.target === event.currentTarget) onOpenChange(false);
      }}
      className={classes(
        'm-auto max-h-[88dvh] w-[calc(100%-2rem)] overflow-y-auto rounded-2xl border border-line bg-raised p-0',
        'text-ink shadow-2xl backdrop:bg-black/65',
        wide === true ? 'max-w-2xl' : 'max-w-md',
      )}
    >
      <div className="p-6">
        <h2 id={`${id}-title`} className="text-xl">
          {title}
        </h2>
        {description !== undefined && (
          <div id={`${id}-description`} className="mt-2 text-quiet">
            {description}
          </div>
        )}
        {children !== undefined && <div className="mt-5">{children}</div>}
        {actions !== undefined && <div className="mt-6 flex flex-wrap justify-end gap-3">{actions}</div>}
      </div>
    </dialog>
  );
}
