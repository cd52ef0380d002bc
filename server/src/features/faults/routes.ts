/** Faults over HTTP. */
import type { Call, Handlers } from '#server/http/mount.ts';
import type { Faults, ReportFrom } from './index.ts';

function fromOf({ asker: { address, userAgent }, who }: Pick<Call<never>, 'asker' | 'who'>): ReportFrom {
  return { address, userAgent, personId: who.kind === 'signed-in' ? who.person.id : undefined };
}

export function faultRoutes(faults: Faults): Handlers<'faults'> {
  return {
    async report(call) {
      return { taken: faults.noteReports(call.body.reports, fromOf(call)) };
    },
    async reportPolicy(call) {
      faults.notePolicyReport(call.body, fromOf(call));
      return {};
    },
    list: ({ query: { state, kind, search, before } }) => faults.list({ state, kind, search, before }),
    show: ({ params }) => faults.show(params.faultId),
    lookUp: ({ params }) => faults.lookUp(params.reference),
    resolve: ({ params, signedIn }) => faults.resolve(params.faultId, signedIn().person.handle),
    reopen: ({ params }) => faults.reopen(params.faultId),
  };
}
