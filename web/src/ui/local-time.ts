/** Moments as the fields for date and time have them, in the reader's own zone. */

/** The value of a `datetime-local` field for a moment, to the minute. */
export function toLocal(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The moment of a `datetime-local` value in the reader's zone; NaN when it is empty or not whole. */
export function fromLocal(value: string): number {
  return /^\d{4,6}-\d\d-\d\dT\d\d:\d\d/.test(value) ? new Date(value).getTime() : Number.NaN;
}
