/**
 * Gives the pages that need it the cache of `api/queries.ts`, and the dialog that its acts may ask for. Their code comes
 * with the first of these pages.
 */
import './password-dialog.ts';
import { QueryClientProvider } from '@tanstack/react-query';
import type { ComponentType, ReactNode } from 'react';
import { queries } from './api/queries.ts';

export function withQueries<Props extends object>(Page: ComponentType<Props>) {
  return function PageWithQueries(props: Props): ReactNode {
    return (
      <QueryClientProvider client={queries}>
        <Page {...props} />
      </QueryClientProvider>
    );
  };
}
