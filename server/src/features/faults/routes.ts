/** Faults over HTTP. */
import type { Handlers } from '#server/http/mount.ts';
import type { Faults } from './index.ts';

export function faultRoutes(faults: Faults): Handlers<'faults'> {
  return {
    async report({ body, who, asker }) {
      const personId = who.kind === 'signed-in' ? who.person.id : undefined;
      return { taken: faults.noteReports(body.reports, { userAgent: asker.userAgent, personId }) };
    },
    list: ({ query: { state, kind, search, before } }) => faults.list({ state, kind, search, before }),
    show: ({ params }) => faults.show(params.faultId),
    lookUp: ({ params }) => faults.lookUp(params.reference),
    resolve: ({ params, signedIn }) => faults.resolve(params.faultId, signedIn().person.handle),
    reopen: ({ params }) => faults.reopen(params.faultId),
  };
}
