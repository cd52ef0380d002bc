/** Who is in the demo, what they do tonight, and what they say. */

export interface CastMember {
  readonly handle: string;
  readonly displayName: string;
  readonly groups: readonly ('dj' | 'moderator' | 'mentor' | 'owner')[];
}

export const cast: readonly CastMember[] = [
  { handle: 'olive', displayName: 'Olive', groups: ['owner'] },
  { handle: 'nova', displayName: 'Nova Lindqvist', groups: ['dj'] },
  { handle: 'kasimir', displayName: 'Kasimir', groups: ['dj'] },
  { handle: 'yuki', displayName: 'DJ Yuki', groups: ['dj'] },
  { handle: 'mira', displayName: 'Mira', groups: ['moderator'] },
  { handle: 'jonas', displayName: 'Jonas', groups: [] },
  { handle: 'adaeze', displayName: 'Adaeze', groups: [] },
];

/** The password of everyone in the demo. */
export const demoPassword = 'felt and needle';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export interface Plan {
  readonly host: string;
  readonly title: string;
  readonly description: string;
  /** Milliseconds from now. */
  readonly startsIn: number;
  readonly lengthMinutes: number;
  /** DJs with slots of equal length, in order. */
  readonly djs: readonly string[];
}

/** The first is live. */
export const plans: readonly Plan[] = [
  {
    host: 'nova',
    title: 'Felt & Needle: a slow evening of house',
    description:
      'Two hours from the crate by the window. Deep and unhurried; requests in the chat are welcome and mostly ignored.\n\nRecorded nowhere, so stay.',
    startsIn: -20 * minute,
    lengthMinutes: 180,
    djs: ['nova'],
  },
  {
    host: 'kasimir',
    title: 'Saturday relay',
    description: 'Three DJs, one room, an hour each. The needle changes hands on the hour.',
    startsIn: 4 * hour,
    lengthMinutes: 180,
    djs: ['kasimir', 'yuki', 'nova'],
  },
  {
    host: 'yuki',
    title: 'Morning ambient, with tea',
    description: 'For people who are up too early or still awake.',
    startsIn: 1 * day + 9 * hour,
    lengthMinutes: 90,
    djs: ['yuki'],
  },
];

export const titles: readonly string[] = [
  'Window Seat - Low Tide',
  'Window Seat - Lamp Oil',
  'Nordlicht & Sons - Köttbullar Dub',
  'Felt Trio - B2, Untitled',
];

/** Who says what, over and over. */
export const chatter: readonly { readonly handle: string; readonly text: string }[] = [
  { handle: 'jonas', text: 'evening all! sound is lovely tonight' },
  { handle: 'adaeze', text: 'that bassline took its time and I respect it' },
  { handle: 'nova', text: 'thank you for being here. next one is a B-side I found last week' },
  { handle: 'mira', text: 'welcome everyone, be kind, tip your DJ with nice words' },
  { handle: 'jonas', text: 'track id?' },
  { handle: 'nova', text: 'Window Seat, “Lamp Oil”. 12" only, sorry' },
  { handle: 'kasimir', text: 'stealing this for Saturday' },
  { handle: 'adaeze', text: 'cooking dinner to this, onions approve' },
];
