/** The dashboard over HTTP. */
import type { Handlers } from '#server/http/mount.ts';
import type { Dashboard } from './index.ts';

export function dashboardRoutes(dashboard: Dashboard): Handlers<'dashboard'> {
  return {
    show: ({ signedIn }) => dashboard.state(signedIn().person.id),
  };
}
