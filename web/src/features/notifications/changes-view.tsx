/** What was changed, marked in the text. */
import type { NotificationWords } from '@slipmat/contract/notifications';
import { Markdown } from '../../ui/markdown.tsx';
import { type ChangedPart, changedFields } from './changes.ts';

function Part({ part }: { readonly part: ChangedPart }) {
  switch (part.was) {
    case 'kept':
      return part.text;
    case 'added':
      return (
        <ins className="rounded bg-good/20 font-medium text-good decoration-2 underline-offset-4">
          {part.text}
        </ins>
      );
    case 'removed':
      return <del className="text-danger decoration-2 opacity-85">{part.text}</del>;
  }
}

interface ChangesProps {
  readonly before: NotificationWords;
  readonly now: NotificationWords;
}

export function Changes({ before, now }: ChangesProps) {
  const fields = changedFields(before, now);
  const isTextChanged = fields.some(({ name }) => name === 'Text');
  return (
    <>
      {fields.map(({ name, parts }) => (
        <p key={name} className="whitespace-pre-wrap wrap-anywhere">
          <span className="sr-only">{name}, with what was changed: </span>
          {parts.map((part, index) => (
            <Part key={`${part.was}-${String(index)}`} part={part} />
          ))}
        </p>
      ))}
      {!isTextChanged && now.text !== '' && <Markdown text={now.text} />}
    </>
  );
}
