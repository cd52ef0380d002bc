/** Making an event, and changing one. */
import { eventsEndpoints } from '@slipmat/contract/events';
import { Slug } from '@slipmat/contract/ids';
import { useAsk } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { ButtonLink } from '../../ui/link.tsx';
import { NotAllowed, NotFound } from '../../ui/not-found.tsx';
import { Page } from '../../ui/page.tsx';
import { Region } from '../../ui/region.tsx';
import { Require } from '../../ui/require.tsx';
import { SkeletonPage } from '../../ui/skeleton.tsx';
import { EventEditor } from './event-editor.tsx';
import { NewEvent } from './new-event.tsx';

const need = 'to be a DJ';

export function NewEventPage() {
  return (
    <Require capability="event.create" need={need}>
      {() => (
        <Page title="New event">
          <NewEvent />
        </Page>
      )}
    </Require>
  );
}

function Editing({ slug }: { readonly slug: string }) {
  const asked = useAsk(eventsEndpoints.show, { params: { slug } }, { where: 'this event', shown: true });
  if (asked.error?.problem.code === 'not-found' && asked.data === undefined) return <NotFound />;
  return (
    <Region of={asked} whole loading={<SkeletonPage />}>
      {({ event, mayEdit }) =>
        mayEdit ? (
          <Page
            title="Edit event"
            actions={
              <span className="flex flex-wrap gap-3">
                <ButtonLink to={`${paths.compose()}?event=${event.slug}`}>Write to its people</ButtonLink>
                <ButtonLink to={paths.live(event.slug)}>Open its page</ButtonLink>
              </span>
            }
          >
            <EventEditor event={event} />
          </Page>
        ) : (
          <NotAllowed signedIn need="to be its host" />
        )
      }
    </Region>
  );
}

export function EditorPage({ slug }: { readonly slug: string }) {
  const parsed = Slug.safeParse(slug);
  return (
    <Require capability="event.create" need={need}>
      {() => (parsed.success ? <Editing slug={parsed.data} /> : <NotFound />)}
    </Require>
  );
}
