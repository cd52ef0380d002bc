/** Incidents over HTTP. */
import type { Handlers } from '#server/http/mount.ts';
import type { Incidents } from './index.ts';

export function incidentRoutes(incidents: Incidents): Handlers<'incidents'> {
  return {
    list: async () => ({ incidents: await incidents.list() }),
    show: async ({ params }) => ({ incident: await incidents.show(Number(params.number)) }),
    postMortem: async ({ params }) => ({ markdown: await incidents.postMortem(Number(params.number)) }),
    preview: async ({ body, signedIn }) => ({
      reached: await incidents.preview(signedIn(), body.kind, body.audience),
    }),
    start: async ({ body, signedIn }) => ({ incident: await incidents.start(signedIn(), body) }),
    update: async ({ params, body, signedIn }) => ({
      incident: await incidents.update(signedIn().person, Number(params.number), body.text),
    }),
    resolve: async ({ params, body, signedIn }) => ({
      incident: await incidents.resolve(signedIn().person, Number(params.number), body.text),
    }),
  };
}
