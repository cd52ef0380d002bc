/** A text as text, with its web addresses as links. */
import { splitLinks } from './links.ts';

export function LinkedText({ text }: { readonly text: string }) {
  return splitLinks(text).map((part, index) =>
    part.type === 'text' ? (
      part.text
    ) : (
      <a
        key={`${String(index)}-${part.href}`}
        href={part.href}
        title={part.href}
        target="_blank"
        rel="noopener noreferrer nofollow ugc"
        className="text-accent [overflow-wrap:anywhere] underline underline-offset-2"
      >
        {part.text}
      </a>
    ),
  );
}
