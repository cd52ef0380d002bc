/** Writing a notification. */
import type { Account } from '@slipmat/contract/accounts';
import { paths } from '../../paths.ts';
import { ButtonLink } from '../../ui/link.tsx';
import { useSearch } from '../../ui/location.ts';
import { Page } from '../../ui/page.tsx';
import { Require } from '../../ui/require.tsx';
import { Compose } from './compose.tsx';
import { prefillOf } from './compose-draft.ts';

function Composing({ account }: { readonly account: Account }) {
  const search = useSearch();
  return (
    <Page
      title="New notification"
      width="wide"
      actions={<ButtonLink to={paths.sent()}>What was sent</ButtonLink>}
    >
      <Compose key={`${account.id}?${search.toString()}`} account={account} prefill={prefillOf(search)} />
    </Page>
  );
}

export function ComposePage() {
  return (
    <Require capability="notification.send" need="to be a DJ, moderator, mentor or staff">
      {(account) => <Composing account={account} />}
    </Require>
  );
}
