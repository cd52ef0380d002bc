/** Words for incidents. */
import type { Audience, AudiencePart } from '@slipmat/contract/audiences';
import type { Reached } from '@slipmat/contract/sending';
import { counted } from '../../ui/number.ts';

export function incidentName(number: number): string {
  return `INC-${String(number)}`;
}

const groups = { moderator: 'moderators', mentor: 'mentors', staff: 'staff', owner: 'owners' } as const;

function partWords(part: AudiencePart): string {
  switch (part.kind) {
    case 'everyone':
      return 'everyone';
    case 'listeners':
      return 'listeners';
    case 'djs':
      return 'DJs';
    case 'group':
      return groups[part.group];
    case 'event':
      return `the people of the event ${part.slug}`;
    case 'people':
      return part.handles.map((handle) => `@${handle}`).join(', ');
    case 'fault':
      return 'exactly the people whom the fault hit, those still to come too';
  }
}

/** "DJs and the people of the event friday". */
export function audienceWords({ to, except }: Audience): string {
  const all = to.map(partWords).join(' and ');
  return except.length === 0 ? all : `${all}, but not ${except.map(partWords).join(' or ')}`;
}

/** "It tells 12 people now." */
export function reachWords({ people, public: isPublic }: Reached): string {
  const also = isPublic ? ', and whoever listens without an account' : '';
  return `It tells ${counted(people)} ${people === 1 ? 'person' : 'people'} now${also}.`;
}
