/** For staff: all incidents. */
import { incidentsEndpoints } from '@slipmat/contract/incidents';
import { useAsk } from '../../api/queries.ts';
import { staffPaths } from '../../staff-paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Boundary } from '../../ui/boundary.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ButtonLink, Link } from '../../ui/link.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Region } from '../../ui/region.tsx';
import { Require } from '../../ui/require.tsx';
import { Time } from '../../ui/time.tsx';
import { incidentName } from './words.ts';

/** Milliseconds. */
const askEvery = 10_000;

export function IncidentsPage() {
  return (
    <Require capability="staff.view" need="to be staff">
      {() => (
        <Page
          title="Incidents"
          lead="What people were told while something was broken, and what came of it."
          actions={
            <ButtonLink variant="primary" to={staffPaths.newIncident()}>
              New incident
            </ButtonLink>
          }
        >
          <Boundary where="the incidents">
            <All />
          </Boundary>
        </Page>
      )}
    </Require>
  );
}

function All() {
  const all = useAsk(incidentsEndpoints.list, undefined, {
    where: 'the incidents',
    shown: true,
    every: askEvery,
  });
  return (
    <Panel title="All of them">
      <Region of={all}>
        {({ incidents }) =>
          incidents.length === 0 ? (
            <Empty>
              None so far. One is started here, or from a <Link to={staffPaths.faults()}>fault</Link>, for
              exactly the people it hit.
            </Empty>
          ) : (
            <ul className="divide-y divide-line">
              {incidents.map(({ number, title, startedAt, resolvedAt }) => (
                <li key={number} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-3">
                  <span className="w-16 font-mono text-sm">{incidentName(number)}</span>
                  <span className="min-w-0 flex-1 basis-56 font-medium wrap-anywhere">
                    <Link to={staffPaths.incident(number)}>{title}</Link>
                  </span>
                  <span className="text-sm text-quiet">
                    <Time at={startedAt} />
                  </span>
                  {resolvedAt === null ? (
                    <Badge tone="danger">Open</Badge>
                  ) : (
                    <Badge tone="good">Mended</Badge>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Region>
    </Panel>
  );
}
