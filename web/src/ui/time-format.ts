/** Times in the reader's own zone, in English words, with the reader's own 12 or 24 hours. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export interface Reader {
  /** BCP 47; only its clock (12 or 24 hours) and, for English, its order are taken. */
  readonly locale: string;
  /** IANA name. */
  readonly zone: string;
}

/** The reader of this browser. */
export function thisReader(): Reader {
  const { locale, timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return { locale, zone: timeZone };
}

/** The site speaks English; a reader with another language gets day before month. */
function wordsOf(reader: Reader): string {
  return reader.locale.startsWith('en') ? reader.locale : 'en-GB';
}

function hourCycleOf(reader: Reader): 'h11' | 'h12' | 'h23' | 'h24' {
  return new Intl.DateTimeFormat(reader.locale, { hour: 'numeric' }).resolvedOptions().hourCycle ?? 'h23';
}

/** "09:00" on a clock of 24 hours, "9:00 am" on one of 12. */
export function clockTime(at: number, reader: Reader): string {
  const hourCycle = hourCycleOf(reader);
  return new Intl.DateTimeFormat(wordsOf(reader), {
    hour: hourCycle === 'h23' || hourCycle === 'h24' ? '2-digit' : 'numeric',
    minute: '2-digit',
    hourCycle,
    timeZone: reader.zone,
  }).format(at);
}

/** Days since 1970 in the reader's zone, for telling today from tomorrow. */
function dayNumber(at: number, reader: Reader): number {
  const format = new Intl.DateTimeFormat('en', {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    timeZone: reader.zone,
  });
  // By the parts: browsers disagree about the order of a whole date.
  const parts = format.formatToParts(at);
  const of = (wanted: string): number => Number(parts.find(({ type }) => type === wanted)?.value);
  return Math.round(Date.UTC(of('year'), of('month') - 1, of('day')) / day);
}

/** "Today", "Tomorrow", "Yesterday", "Friday" within the week, "Fri 4 Dec", with the year when it is another. */
export function dayName(at: number, now: number, reader: Reader): string {
  const away = dayNumber(at, reader) - dayNumber(now, reader);
  if (away === 0) return 'Today';
  if (away === 1) return 'Tomorrow';
  if (away === -1) return 'Yesterday';
  const words = wordsOf(reader);
  if (away > 1 && away < 7) {
    return new Intl.DateTimeFormat(words, { weekday: 'long', timeZone: reader.zone }).format(at);
  }
  const yearOf = (instant: number): string =>
    new Intl.DateTimeFormat(words, { year: 'numeric', timeZone: reader.zone }).format(instant);
  return new Intl.DateTimeFormat(words, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(yearOf(at) === yearOf(now) ? {} : { year: 'numeric' }),
    timeZone: reader.zone,
  }).format(at);
}

/** "Today, 21:00". */
export function dayAndTime(at: number, now: number, reader: Reader): string {
  return `${dayName(at, now, reader)}, ${clockTime(at, reader)}`;
}

/** "Friday, 4 December 2026 at 21:00 CET": everything, for the title of a short form. */
export function fullTime(at: number, reader: Reader): string {
  return new Intl.DateTimeFormat(wordsOf(reader), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    hourCycle: hourCycleOf(reader),
    timeZone: reader.zone,
    timeZoneName: 'short',
  }).format(at);
}

/** "just now", "5 minutes ago", "in 3 hours", up to a week; then the day. */
export function relativeTime(at: number, now: number, reader: Reader): string {
  const away = at - now;
  const size = Math.abs(away);
  if (size < 45_000) return 'just now';
  const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  if (size < hour) return words.format(Math.trunc(away / minute) || Math.sign(away), 'minute');
  if (size < day) return words.format(Math.trunc(away / hour), 'hour');
  if (size < 7 * day) return words.format(Math.trunc(away / day), 'day');
  return dayName(at, now, reader);
}

/** "2 d 3 h", "3 h 05 min", "12:04", "0:00": what is left, shorter the further away. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(Math.ceil(milliseconds / 1000), 0);
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (days > 0) return `${String(days)} d ${String(hours)} h`;
  if (hours > 0) return `${String(hours)} h ${two(minutes)} min`;
  return `${String(minutes)}:${two(seconds % 60)}`;
}

/** "45 min", "2 h", "2 h 30 min", "3 d 4 h": how long something lasts. */
export function duration(milliseconds: number): string {
  const minutes = Math.round(milliseconds / minute);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const left = minutes % 60;
  const parts = [
    days > 0 ? `${String(days)} d` : '',
    hours > 0 ? `${String(hours)} h` : '',
    left > 0 && days === 0 ? `${String(left)} min` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '0 min' : parts.join(' ');
}
