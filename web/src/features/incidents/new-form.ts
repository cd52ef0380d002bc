/** The form of a new incident: what it says at first, and the body that it becomes. Pure. */
import type { Audience } from '@slipmat/contract/audiences';

/** Whom an incident can be told to here; others are reached by a notification of their own. */
export const audienceChoices = {
  fault: 'Exactly the people it hit',
  everyone: 'Everyone',
  djs: 'DJs',
  listeners: 'Listeners',
  event: 'The people of an event',
  people: 'People by handle',
} as const;
export type AudienceChoice = keyof typeof audienceChoices;

export interface NewIncidentValues extends Readonly<Record<string, string>> {
  readonly title: string;
  readonly text: string;
  readonly kind: string;
  readonly audience: string;
  /** Slug of the event, or handles. */
  readonly named: string;
}

/** @param fromFault true: it was begun at a fault. */
export function firstValues(fromFault: boolean): NewIncidentValues {
  return {
    title: fromFault ? 'Something broke for you' : '',
    text: fromFault
      ? 'We have seen that something broke for you on this site. We are at it, and write here when it is mended.'
      : '',
    kind: 'must-read',
    audience: fromFault ? 'fault' : 'everyone',
    named: '',
  };
}

/** Whether a choice needs to be told which. */
export function needsName(choice: string): boolean {
  return choice === 'event' || choice === 'people';
}

/** The last part of an address that was pasted, or the slug itself. */
function slugOf(named: string): string {
  return named.trim().replace(/\/+$/, '').split('/').at(-1) ?? '';
}

/** Undefined while it is not said whom. */
export function audienceOf(
  { audience, named }: NewIncidentValues,
  faultId: string | undefined,
): Audience | undefined {
  const only = (part: Audience['to'][number]): Audience => ({ to: [part], except: [] });
  switch (audience) {
    case 'fault':
      return faultId === undefined ? undefined : only({ kind: 'fault', faultId });
    case 'everyone':
    case 'djs':
    case 'listeners':
      return only({ kind: audience });
    case 'event':
      return slugOf(named) === '' ? undefined : only({ kind: 'event', slug: slugOf(named) });
    case 'people': {
      const handles = named.split(/[\s,]+/).flatMap((handle) => handle.replace(/^@/, '').toLowerCase() || []);
      return handles.length === 0 ? undefined : only({ kind: 'people', handles });
    }
    default:
      return undefined;
  }
}
