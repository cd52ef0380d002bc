/** What was changed in the words of a notification, word by word. */
import type { NotificationWords } from '@slipmat/contract/notifications';
import { diffWordsWithSpace } from 'diff';

export interface ChangedPart {
  readonly text: string;
  readonly was: 'kept' | 'added' | 'removed';
}

/** The parts of both texts in order: those kept and added are the text now, those kept and removed the one before. */
export function changedParts(before: string, now: string): readonly ChangedPart[] {
  return diffWordsWithSpace(before, now).map(({ value, added, removed }) => ({
    text: value,
    was: added ? 'added' : removed ? 'removed' : 'kept',
  }));
}

export interface ChangedField {
  readonly name: 'Title' | 'Text' | 'Link';
  readonly parts: readonly ChangedPart[];
}

/** The fields that differ. */
export function changedFields(before: NotificationWords, now: NotificationWords): readonly ChangedField[] {
  const fields = [
    ['Title', before.title, now.title],
    ['Text', before.text, now.text],
    ['Link', before.link ?? '', now.link ?? ''],
  ] as const;
  return fields.flatMap(([name, was, is]) => (was === is ? [] : [{ name, parts: changedParts(was, is) }]));
}
