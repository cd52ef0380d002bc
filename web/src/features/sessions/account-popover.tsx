/** What a signed-in person can get to from the top of every page. */
import type { Account } from '@slipmat/contract/accounts';
import { can } from '@slipmat/contract/capabilities';
import { type ComponentProps, useEffect, useRef } from 'react';
import { paths } from '../../paths.ts';
import { staffPaths } from '../../staff-paths.ts';
import { PlainLink } from '../../ui/link.tsx';
import { useSignOut } from './sign-out.ts';

const row = 'flex min-h-11 w-full items-center rounded-lg px-3 text-left hover:bg-sunken';

function Row({ to, children }: Pick<ComponentProps<typeof PlainLink>, 'to' | 'children'>) {
  return (
    <li>
      <PlainLink to={to} className={row}>
        {children}
      </PlainLink>
    </li>
  );
}

interface AccountPopoverProps {
  readonly account: Account;
  /** What the button names as its popover. */
  readonly id: string;
}

/** Opens as soon as it is there, because it was asked for. */
export function AccountPopover({ account, id }: AccountPopoverProps) {
  const menu = useRef<HTMLDivElement>(null);
  const signOut = useSignOut();
  useEffect(() => menu.current?.showPopover(), []);
  return (
    <div
      ref={menu}
      id={id}
      popover="auto"
      onClickCapture={() => menu.current?.hidePopover()}
      className="fixed inset-auto top-15 right-3 m-0 w-60 rounded-2xl border border-line bg-raised p-2 text-ink shadow-2xl sm:right-6"
    >
      <p className="px-3 pt-2 pb-2">
        <span className="block truncate font-semibold">{account.displayName}</span>
        <span className="block truncate text-sm text-quiet">@{account.handle}</span>
      </p>
      <ul>
        <Row to={paths.person(account.handle)}>Your page</Row>
        <Row to={paths.settings()}>Settings and devices</Row>
        <Row to={paths.signedIn()}>Am I really signed in?</Row>
        {can(account.groups, 'notification.send') && <Row to={paths.sent()}>Send notifications</Row>}
        {can(account.groups, 'person.find') && <Row to={paths.staffPeople()}>People</Row>}
        {can(account.groups, 'staff.view') && (
          <>
            <Row to={staffPaths.faults()}>Faults</Row>
            <Row to={staffPaths.incidents()}>Incidents</Row>
            <Row to={paths.rollOuts()}>Roll-outs</Row>
          </>
        )}
        {can(account.groups, 'mail.read-any') && <Row to={staffPaths.outbox()}>Outbox</Row>}
        <li>
          <button type="button" className={row} onClick={signOut.start} aria-disabled={signOut.busy}>
            Sign out
          </button>
        </li>
      </ul>
    </div>
  );
}
