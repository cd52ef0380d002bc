/** Shows a page only to those who may use it, and says why to the others. */
import type { Account } from '@slipmat/contract/accounts';
import { type Capability, can } from '@slipmat/contract/capabilities';
import type { ReactNode } from 'react';
import { useMe } from '../api/me.ts';
import { NotAllowed } from './not-found.tsx';
import { Region } from './region.tsx';
import { SkeletonPage } from './skeleton.tsx';

interface RequireProps {
  /** Without it, being signed in is enough. */
  readonly capability?: Capability;
  /** Who has it, in words: "to be a DJ". */
  readonly need?: string;
  readonly children: (account: Account) => ReactNode;
}

export function Require({ capability, need, children }: RequireProps) {
  const me = useMe();
  return (
    <Region of={me} whole loading={<SkeletonPage />}>
      {({ account }) => {
        if (account === null) return <NotAllowed signedIn={false} />;
        if (capability !== undefined && !can(account.groups, capability)) {
          return <NotAllowed signedIn {...(need === undefined ? {} : { need })} />;
        }
        return children(account);
      }}
    </Region>
  );
}
