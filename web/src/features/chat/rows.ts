/** Messages as rows on screen. */
import type { ChatMessage } from '@slipmat/contract/chat';

/** Lines of one person within this time stand under one name. */
const groupMs = 3 * 60_000;

export interface ChatRow {
  readonly message: ChatMessage;
  /** True when the row shows who speaks; the rows after it continue. */
  readonly named: boolean;
}

/** The rows, in order. */
export function rowsOf(messages: readonly ChatMessage[]): readonly ChatRow[] {
  return messages.map((message, index) => {
    const before = messages[index - 1];
    const continues =
      before !== undefined &&
      before.author.id === message.author.id &&
      message.at - before.at < groupMs &&
      !before.hidden &&
      !message.hidden;
    return { message, named: !continues };
  });
}

/**
 * How many messages came after the last one the reader saw.
 * @param seenId undefined: none seen so far, so none counts as new.
 */
export function unseenAfter(messages: readonly ChatMessage[], seenId: string | undefined): number {
  if (seenId === undefined) return 0;
  const seen = messages.findLastIndex((message) => message.id <= seenId);
  return messages.length - 1 - seen;
}
