/** What a list says when there is nothing in it, and what to do about that. */
import type { ReactNode } from 'react';

interface EmptyProps {
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

export function Empty({ children, action }: EmptyProps) {
  return (
    <div className="flex flex-col items-start gap-4 rounded-xl border border-dashed border-line px-5 py-6 text-quiet">
      <p>{children}</p>
      {action}
    </div>
  );
}
