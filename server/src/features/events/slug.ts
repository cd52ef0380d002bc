/** Names of events in addresses. */
import type { Random } from '#server/platform/random.ts';

/** Letters that NFKD does not take apart into a letter and an accent. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  þ: 'th',
  œ: 'oe',
};
const titleLength = 48;

/** A readable, unguessable name: the title in plain letters and six random characters, for unlisted events too. */
export function slugFor(title: string, random: Random): string {
  const plain = title
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\P{ASCII}/gu, (letter) => letters[letter] ?? '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, titleLength)
    .replaceAll(/^-+|-+$/g, '');
  const suffix = random.bytes(6).toString('hex').slice(0, 6);
  return plain === '' ? `event-${suffix}` : `${plain}-${suffix}`;
}
