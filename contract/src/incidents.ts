/**
 * Incidents: what staff tell the people whom something broke for, while it is broken, and when it is mended. Each has a
 * number that every problem carries while it is open, and ends as the draft of a post-mortem.
 */
import * as z from 'zod/mini';
import { Audience, NotificationKind } from './audiences.ts';
import { defineEndpoint } from './endpoint.ts';
import { FaultSummary } from './faults.ts';
import { Id, IdempotencyKey, Instant, manyLines, oneLine } from './ids.ts';
import { notificationLimits } from './notifications.ts';
import { Reached } from './sending.ts';

export const incidentLimits = {
  /** With "Mended: " before it, it is the title of a notification. */
  titleLength: 90,
  textLength: 2_000,
  /** In an incident; more is a diary. */
  updates: 50,
  /** Incidents shown, newest first. */
  list: 100,
} as const;

const Title = oneLine(incidentLimits.titleLength);
const Text = manyLines(incidentLimits.textLength).check(z.minLength(1));

export const IncidentSummary = z.object({
  /** 7 for INC-7. */
  number: z.int(),
  title: z.string(),
  startedAt: Instant,
  /** Null while it is open. */
  resolvedAt: z.nullable(Instant),
});
export type IncidentSummary = z.infer<typeof IncidentSummary>;

export const IncidentUpdate = z.object({ at: Instant, by: z.string(), text: z.string() });
export type IncidentUpdate = z.infer<typeof IncidentUpdate>;

export const Incident = z.object({
  ...IncidentSummary.shape,
  kind: NotificationKind,
  text: z.string(),
  audience: Audience,
  startedBy: z.string(),
  resolvedBy: z.nullable(z.string()),
  /** Oldest first; the last one of a resolved incident says how it was mended. */
  updates: z.array(IncidentUpdate),
  /** The fault that it is about; null without one. */
  fault: z.nullable(FaultSummary),
  /** Its notifications, newest last. */
  notificationIds: z.array(Id),
  /** People it was sent to, those of them who saw it as it stands now, and who confirmed that. */
  recipients: z.int(),
  told: z.int(),
  confirmed: z.int(),
});
export type Incident = z.infer<typeof Incident>;

const read = { method: 'GET', access: { can: 'staff.view' }, rate: 'read' } as const;
const write = { method: 'POST', access: { can: 'staff.view' }, rate: 'write' } as const;
const Params = z.object({ number: z.string().check(z.regex(/^[1-9]\d{0,8}$/)) });

/** The longest text that all of an incident together may have as a notification. */
export const incidentTextLength: number = notificationLimits.textLength;

export const incidentsEndpoints = {
  list: defineEndpoint({
    ...read,
    path: '/api/staff/incidents',
    summary: 'Incidents, newest first.',
    reply: z.object({ incidents: z.array(IncidentSummary) }),
    problems: [],
  }),
  show: defineEndpoint({
    ...read,
    path: '/api/staff/incidents/{number}',
    summary: 'An incident with its updates and whom it told.',
    params: Params,
    reply: z.object({ incident: Incident }),
    problems: ['not-found'],
  }),
  postMortem: defineEndpoint({
    ...read,
    path: '/api/staff/incidents/{number}/post-mortem',
    summary: 'The draft of a post-mortem in Markdown: what happened when, whom it hit, whom it told.',
    params: Params,
    reply: z.object({ markdown: z.string() }),
    problems: ['not-found'],
  }),
  preview: defineEndpoint({
    ...write,
    path: '/api/staff/incidents/preview',
    summary: 'How many people an incident would tell. Tells nobody.',
    body: z.strictObject({ kind: NotificationKind, audience: Audience }),
    reply: z.object({ reached: Reached }),
    problems: ['not-found', 'audience-not-allowed'],
  }),
  start: defineEndpoint({
    ...write,
    path: '/api/staff/incidents',
    summary: 'Start an incident and tell its audience. The same key again gives the same incident.',
    status: 201,
    body: z.strictObject({
      title: Title,
      text: Text,
      kind: NotificationKind,
      audience: Audience,
      faultId: z.nullable(Id),
      key: IdempotencyKey,
    }),
    reply: z.object({ incident: Incident }),
    problems: ['not-found', 'audience-not-allowed'],
  }),
  update: defineEndpoint({
    ...write,
    path: '/api/staff/incidents/{number}/updates',
    summary: 'Say how it goes on; everybody who was told is told again.',
    params: Params,
    body: z.strictObject({ text: Text }),
    reply: z.object({ incident: Incident }),
    problems: ['not-found', 'too-many', 'notification-state'],
  }),
  resolve: defineEndpoint({
    ...write,
    path: '/api/staff/incidents/{number}/resolve',
    summary: 'Say that it is mended; everybody who was told is told again, and its number ends.',
    params: Params,
    body: z.strictObject({ text: Text }),
    reply: z.object({ incident: Incident }),
    problems: ['not-found', 'notification-state'],
  }),
};
