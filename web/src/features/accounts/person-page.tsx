/** A person as everyone sees them; whoever may, changes their groups here. */
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { maySendTo } from '@slipmat/contract/audiences';
import { Handle } from '@slipmat/contract/ids';
import { useAsk } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { NotFound } from '../../ui/not-found.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Region } from '../../ui/region.tsx';
import { SkeletonPage } from '../../ui/skeleton.tsx';
import { useMe } from '../sessions/state.ts';
import { Grants } from './grants.tsx';
import { GroupBadges } from './group-badges.tsx';
import { groupWords, shownGroups } from './group-words.ts';

function Known({ handle }: { readonly handle: string }) {
  const asked = useAsk(
    accountsEndpoints.person,
    { params: { handle } },
    { where: 'this person', shown: true },
  );
  const me = useMe();
  if (asked.error?.problem.code === 'not-found') {
    return <NotFound>Nobody here has the handle @{handle}.</NotFound>;
  }
  return (
    <Region of={asked} whole loading={<SkeletonPage />}>
      {({ person, mayGrant, pausedGroups }) => {
        const groups = shownGroups(person.groups);
        const reader = me.data?.account;
        const isSelf = reader?.id === person.id;
        return (
          <Page title={person.displayName} ownHeading>
            <div className="mb-8 flex flex-wrap items-center gap-5">
              <Avatar name={person.displayName} size="large" />
              <div className="min-w-0 flex-1 basis-52">
                <h1 className="wide-title text-3xl wrap-anywhere sm:text-4xl">{person.displayName}</h1>
                <p className="mt-1 flex flex-wrap items-center gap-2 text-quiet">
                  @{person.handle} <GroupBadges groups={person.groups} />
                </p>
              </div>
              {isSelf && <ButtonLink to={paths.settings()}>Settings</ButtonLink>}
              {!isSelf &&
                maySendTo(reader?.groups ?? [], 'normal', { kind: 'people', handles: [] }, false) && (
                  <ButtonLink to={`${paths.compose()}?people=${person.handle}`}>
                    Send a notification
                  </ButtonLink>
                )}
            </div>
            <p className="text-lg">
              {groups.length === 0
                ? `${person.displayName} listens and writes in chats.`
                : `${person.displayName} ${groups.map((group) => groupWords[group].does).join(', ')}.`}
            </p>
            {mayGrant.length > 0 && (
              <Panel title="Groups" className="mt-8">
                <Grants person={person} mayGrant={mayGrant} paused={pausedGroups} />
              </Panel>
            )}
          </Page>
        );
      }}
    </Region>
  );
}

export function PersonPage({ handle }: { readonly handle: string }) {
  const parsed = Handle.safeParse(handle);
  return parsed.success ? <Known handle={parsed.data} /> : <NotFound />;
}
