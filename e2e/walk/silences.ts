/**
 * What the web part deliberately tells nobody. Whoever adds a line here has to say to a reviewer why that is right.
 */

/** Calls whose failure nobody is told of, and the silence that says why. */
export const silentCalls: Readonly<Record<string, string>> = {
  'api/elsewhere.ts: fetch':
    'api/elsewhere.ts: this site itself has answered, and the check of the sign-in tells of services that do not',
  'api/entering.ts: sessionsEndpoints.report':
    'api/entering.ts: it is only counted, and the person is told anyway',
  'api/socket.ts: topicMessages.unsubscribe':
    'api/socket-topics.ts: nobody looks at this topic any more, and a lost connection ends it too',
  'features/sessions/signed-in-page.tsx: sessionsEndpoints.report':
    'features/sessions/signed-in-page.tsx: it is only counted, and the person sees the result',
  'features/sessions/silent-check.ts: sessionsEndpoints.report':
    'features/sessions/silent-check.ts: it is only counted, and whatever is wrong was told to the person',
  'main.tsx: import ./afterwards.ts': 'main.tsx: nobody asked for these checks and reports',
  'reporting.ts: sendBeacon':
    'api/reporter.ts: reports are for staff only, and a report of a failed report would never end',
};

/** Every `silence(error, because)` of the web part, as `<module>: <because>`. */
export const silences: readonly string[] = [
  'api/elsewhere.ts: this site itself has answered, and the check of the sign-in tells of services that do not',
  'api/entering.ts: it is only counted, and the person is told anyway',
  'api/problem-centre.ts: the browser put a measurement off to the next frame, which changes nothing on the page',
  'api/socket-topics.ts: nobody looks at this topic any more, and a lost connection ends it too',
  'features/chat/keeping.ts: what cannot be read was not written by this page',
  'features/live/share-button.tsx: the person closed the sheet without sharing',
  'features/live/volume.ts: a browser that forbids storage plays at full volume',
  'features/live/volume.ts: a browser that forbids storage only forgets the volume',
  'features/notifications/memory.ts: without storage what was read is remembered as long as the page is open',
  'features/sessions/services.ts: the page says of this service that it did not answer',
  'features/sessions/services.ts: the page says of this service that its answer is strange',
  'features/sessions/signed-in-page.tsx: it is only counted, and the person sees the result',
  'features/sessions/silent-check.ts: without it the check is done once for every loaded page',
  'features/sessions/silent-check.ts: it is only counted, and whatever is wrong was told to the person',
  'afterwards.ts: nobody asked for this check',
  'api/reporter.ts: reports are for staff only, and a report of a failed report would never end',
  'main.tsx: nobody asked for these checks and reports',
  'reporting.ts: without it, what breaks while there is no connection is not reported',
  'ui/clipboard.ts: the older way to copy is tried next, and its failure is shown',
  'ui/kept.ts: without storage a reload loses what was typed, as on any page; the page itself keeps it',
  'ui/theme.ts: without storage the system chooses the theme, as at a first visit',
  'ui/theme.ts: without storage the theme lasts as long as the page, and the person sees that',
];
