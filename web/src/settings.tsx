/** The settings page, put together from the features that have something to set. */
import type { Account } from '@slipmat/contract/accounts';
import { EmailPanel } from './features/mail/email-panel.tsx';
import { PushPanel } from './features/push/push-panel.tsx';
import { SettingsPage } from './features/sessions/settings-page.tsx';
import { Boundary } from './ui/boundary.tsx';

function Sections({ account }: { readonly account: Account }) {
  return (
    <>
      <Boundary where="your e-mail address">
        <EmailPanel account={account} />
      </Boundary>
      <Boundary where="push">
        <PushPanel />
      </Boundary>
    </>
  );
}

export function Settings() {
  return <SettingsPage sections={Sections} />;
}
