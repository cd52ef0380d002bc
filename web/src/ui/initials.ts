const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function first(word: string): string {
  for (const { segment } of graphemes.segment(word)) return segment;
  return '';
}

/** One or two letters that stand for a name: of the first and last word, whole as people see letters. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => word !== '');
  const last = words.length > 1 ? words.at(-1) : undefined;
  return (first(words[0] ?? '?') + first(last ?? '')).toLocaleUpperCase();
}
