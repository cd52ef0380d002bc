/**
 * Markdown that somebody wrote, drawn from an allow-list of elements. Its parser is loaded with the first text;
 * until it is there, and should it not come, the text stands as it was written.
 */
import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import { Link } from './link.tsx';
import type { Block, Inline } from './markdown-tree.ts';
import { type Loading, useLoaded } from './use-loaded.ts';

type Level = 3 | 4;

interface MarkdownProps {
  readonly text: string;
  /** Of its headings, whatever their level in the text. */
  readonly level?: Level;
  readonly className?: string;
}

const parser: Loading<typeof import('./markdown-tree.ts')> = {
  load: () => import('./markdown-tree.ts'),
  where: 'how a text is drawn',
  floats: true,
};

export function Markdown({ text, level = 3, className }: MarkdownProps) {
  const { value } = useLoaded(parser);
  if (value === undefined) {
    return <p className={classes('whitespace-pre-wrap wrap-anywhere', className)}>{text}</p>;
  }
  return (
    <div className={classes('flex min-w-0 flex-col gap-2.5 wrap-anywhere', className)}>
      {drawBlocks(value.markdownTree(text), level)}
    </div>
  );
}

function drawBlocks(blocks: readonly Block[], level: Level): ReactNode {
  return blocks.map((block, index) => (
    <BlockView key={`${block.type}-${String(index)}`} block={block} level={level} />
  ));
}

function BlockView({ block, level }: { readonly block: Block; readonly level: Level }) {
  switch (block.type) {
    case 'paragraph':
      return <p>{drawInlines(block.children)}</p>;
    case 'heading': {
      const Heading = level === 3 ? 'h3' : 'h4';
      return <Heading className="text-base font-semibold">{drawInlines(block.children)}</Heading>;
    }
    case 'quote':
      return (
        <blockquote className="flex flex-col gap-2.5 border-l-2 border-edge pl-4 text-quiet">
          {drawBlocks(block.children, level)}
        </blockquote>
      );
    case 'code':
      return (
        <pre className="overflow-x-auto rounded-lg bg-sunken px-3 py-2 text-sm">
          <code className="font-mono">{block.text}</code>
        </pre>
      );
    case 'rule':
      return <hr className="border-t border-line" />;
    case 'list':
      return <ListView block={block} level={level} />;
  }
}

interface ListProps {
  readonly block: Extract<Block, { type: 'list' }>;
  readonly level: Level;
}

function ListView({ block, level }: ListProps) {
  const rows = block.items.map((item, index) => (
    <li key={`item-${String(index)}`} className="pl-1">
      <div className="flex flex-col gap-2">{drawBlocks(item, level)}</div>
    </li>
  ));
  if (block.start === undefined) return <ul className="flex list-disc flex-col gap-1 pl-5">{rows}</ul>;
  return (
    <ol start={block.start} className="flex list-decimal flex-col gap-1 pl-6">
      {rows}
    </ol>
  );
}

function drawInlines(inlines: readonly Inline[]): ReactNode {
  return inlines.map((inline, index) => (
    <InlineView key={`${inline.type}-${String(index)}`} inline={inline} />
  ));
}

function InlineView({ inline }: { readonly inline: Inline }) {
  switch (inline.type) {
    case 'text':
      return inline.text;
    case 'emphasis':
      return <em>{drawInlines(inline.children)}</em>;
    case 'strong':
      return <strong className="font-semibold">{drawInlines(inline.children)}</strong>;
    case 'code':
      return <code className="rounded bg-sunken px-1 font-mono text-[0.9em]">{inline.text}</code>;
    case 'break':
      return <br />;
    case 'link':
      return <InlineLink inline={inline} />;
  }
}

function InlineLink({ inline }: { readonly inline: Extract<Inline, { type: 'link' }> }) {
  const { to, children } = inline;
  if (!to.isElsewhere) return <Link to={to.href}>{drawInlines(children)}</Link>;
  return (
    <a
      href={to.href}
      title={to.href}
      target="_blank"
      rel="noopener noreferrer nofollow ugc"
      className="text-accent underline decoration-1 underline-offset-4 hover:decoration-2"
    >
      {drawInlines(children)}
    </a>
  );
}
