/** A notification as the composer holds it: everything as typed, times in the sender's own zone. */
import { NotificationKind } from '@slipmat/contract/audiences';
import { type Draft, sendingEndpoints, sendingLimits } from '@slipmat/contract/sending';
import * as z from 'zod/mini';
import { checkBody, type FieldErrors } from '../../ui/form-problems.ts';
import { fromLocal } from '../../ui/local-time.ts';
import { handlesOf, newPart, PartDraft, partOf } from './audience.ts';

export const ComposeDraft = z.object({
  /** The same in every try, so that a lost answer does not send twice. */
  key: z.string(),
  kind: NotificationKind,
  title: z.string(),
  text: z.string(),
  link: z.string(),
  to: z.array(PartDraft),
  except: z.array(PartDraft),
  /** As `<input type="datetime-local">` has it; empty: at once. */
  starts: z.string(),
  /** Empty: never. */
  expires: z.string(),
  /** Minutes; empty: never. */
  push: z.string(),
  email: z.string(),
  /** Hours; empty: nobody is reminded. */
  remindEvery: z.string(),
  remindTimes: z.string(),
});
export type ComposeDraft = z.infer<typeof ComposeDraft>;

/** What the address of the composer asks for. */
export interface Prefill {
  readonly fault: string | null;
  readonly incident: string | null;
  readonly event: string | null;
  readonly people: string | null;
}

export function prefillOf(search: URLSearchParams): Prefill {
  const [fault, incident, event, people] = ['fault', 'incident', 'event', 'people'].map((name) =>
    search.get(name),
  );
  return {
    fault: fault ?? null,
    incident: incident ?? null,
    event: event ?? null,
    people: people ?? null,
  };
}

/** @param newKey a fresh idempotency key; also names rows. */
export function newDraft(newKey: () => string, { fault, incident, event, people }: Prefill): ComposeDraft {
  const to: PartDraft[] = [];
  if (fault !== null) to.push(newPart(newKey(), 'fault', { faultId: fault }));
  if (event !== null) to.push(newPart(newKey(), 'event', { slug: event }));
  if (people !== null) to.push(newPart(newKey(), 'people', { handles: handlesOf(people).join(', ') }));
  return {
    key: newKey(),
    kind: 'normal',
    title: incident === null ? '' : `INC-${incident}: `,
    text: '',
    link: '',
    to,
    except: [],
    starts: '',
    expires: '',
    push: '',
    email: '',
    remindEvery: '',
    remindTimes: '3',
  };
}

const momentOf = (typed: string): number | null => (typed === '' ? null : fromLocal(typed));
const numberOf = (typed: string): number | null => (typed.trim() === '' ? null : Number(typed));

/** The draft as the contract has it; it is checked before it is sent. */
export function bodyOf(draft: ComposeDraft): Draft & { readonly key: string } {
  const link = draft.link.trim();
  const every = numberOf(draft.remindEvery);
  return {
    key: draft.key,
    kind: draft.kind,
    title: draft.title,
    text: draft.text.replace(/\r\n?/g, '\n'),
    link: link === '' ? null : link,
    audience: { to: draft.to.map(partOf), except: draft.except.map(partOf) },
    startsAt: momentOf(draft.starts),
    expiresAt: momentOf(draft.expires),
    pushAfter: numberOf(draft.push),
    emailAfter: numberOf(draft.email),
    reminders:
      every === null ? null : { everyHours: every, times: numberOf(draft.remindTimes) ?? Number.NaN },
  };
}

/** Fields of the form that show what is wrong with them. */
export const composeFields: readonly string[] = [
  'title',
  'text',
  'link',
  'audience',
  'startsAt',
  'expiresAt',
  'pushAfter',
  'emailAfter',
  'reminders',
];

/** What is wrong with a draft, by the contract's paths (`audience.to.0.slug`). */
export function draftErrors(draft: ComposeDraft, now: number): FieldErrors {
  const body = bodyOf(draft);
  const errors: Record<string, string> = { ...checkBody(sendingEndpoints.send.body, body) };
  if (draft.to.length === 0) errors['audience.to'] = 'Please say whom it is for.';
  const { startsAt, expiresAt } = body;
  if (startsAt !== null && startsAt > now + sendingLimits.aheadMs)
    errors['startsAt'] = 'At most half a year ahead.';
  if (expiresAt !== null && expiresAt <= Math.max(now, startsAt ?? now)) {
    errors['expiresAt'] = 'It has to end after it starts.';
  }
  if (expiresAt !== null && expiresAt > now + sendingLimits.aheadMs)
    errors['expiresAt'] = 'At most half a year ahead.';
  return errors;
}
