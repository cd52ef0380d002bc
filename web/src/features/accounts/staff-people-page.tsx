/** For mentors and staff: people, their groups, and invitations. */
import { can } from '@slipmat/contract/capabilities';
import { Boundary } from '../../ui/boundary.tsx';
import { Page } from '../../ui/page.tsx';
import { Require } from '../../ui/require.tsx';
import { Invitations } from './invitations.tsx';
import { PeopleSearch } from './people-search.tsx';

export function StaffPeoplePage() {
  return (
    <Require capability="person.find" need="to be a mentor or staff">
      {(account) => (
        <Page title="People" width="wide">
          <div className="grid items-start gap-6 lg:grid-cols-[3fr_2fr]">
            <Boundary where="the list of people">
              <PeopleSearch groups={account.groups} />
            </Boundary>
            {can(account.groups, 'person.invite-dj') && (
              <Boundary where="invitations">
                <Invitations />
              </Boundary>
            )}
          </div>
        </Page>
      )}
    </Require>
  );
}
