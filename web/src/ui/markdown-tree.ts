/**
 * Markdown (CommonMark) as a small tree that is safe to draw: what is not listed here stays text. There is no raw
 * HTML and no image in it, and only links that `safe-href.ts` lets pass. Loads the parser; import it dynamically.
 */
import type { BlockContent, Definition, DefinitionContent, PhrasingContent, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { type SafeHref, safeHref } from './safe-href.ts';

export type Inline =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'emphasis' | 'strong'; readonly children: readonly Inline[] }
  | { readonly type: 'code'; readonly text: string }
  | { readonly type: 'break' }
  | { readonly type: 'link'; readonly to: SafeHref; readonly children: readonly Inline[] };

export type Block =
  | { readonly type: 'paragraph' | 'heading'; readonly children: readonly Inline[] }
  | { readonly type: 'quote'; readonly children: readonly Block[] }
  | { readonly type: 'code'; readonly text: string }
  | { readonly type: 'rule' }
  | {
      readonly type: 'list';
      /** The first number; undefined: without numbers. */
      readonly start: number | undefined;
      readonly items: readonly (readonly Block[])[];
    };

/** Quotes in quotes in lists: deeper than this nobody writes, and only text is left. */
const deepest = 8;

type Definitions = ReadonlyMap<string, Definition>;

/** The blocks of a text. */
export function markdownTree(text: string): readonly Block[] {
  const { children } = fromMarkdown(text);
  const definitions = new Map<string, Definition>();
  const collect = (nodes: readonly RootContent[]): void => {
    for (const node of nodes) {
      if (node.type === 'definition') definitions.set(node.identifier, node);
      else if (node.type === 'blockquote' || node.type === 'listItem' || node.type === 'list')
        collect(node.children);
    }
  };
  collect(children);
  return blocks(children, definitions, 0);
}

function blocks(nodes: readonly RootContent[], definitions: Definitions, depth: number): readonly Block[] {
  return nodes.flatMap((node) => block(node, definitions, depth));
}

function block(node: RootContent, definitions: Definitions, depth: number): readonly Block[] {
  switch (node.type) {
    case 'paragraph':
    case 'heading':
      return [{ type: node.type, children: inlines(node.children, definitions) }];
    case 'blockquote': {
      const inner = blocks(node.children, definitions, depth + 1);
      return depth >= deepest ? inner : [{ type: 'quote', children: inner }];
    }
    case 'list': {
      const items = node.children.map((item: { children: readonly (BlockContent | DefinitionContent)[] }) =>
        blocks(item.children, definitions, depth + 1),
      );
      if (depth >= deepest) return items.flat();
      const start = node.ordered === true ? (node.start ?? 1) : undefined;
      return [{ type: 'list', start, items }];
    }
    case 'code':
      return [{ type: 'code', text: node.value }];
    case 'thematicBreak':
      return [{ type: 'rule' }];
    case 'html':
      return [{ type: 'paragraph', children: [{ type: 'text', text: node.value }] }];
    default:
      return [];
  }
}

function inlines(nodes: readonly PhrasingContent[], definitions: Definitions): readonly Inline[] {
  return nodes.flatMap((node) => inline(node, definitions));
}

function inline(node: PhrasingContent, definitions: Definitions): readonly Inline[] {
  switch (node.type) {
    case 'text':
    case 'html':
      return [{ type: 'text', text: node.value }];
    case 'emphasis':
    case 'strong':
      return [{ type: node.type, children: inlines(node.children, definitions) }];
    case 'inlineCode':
      return [{ type: 'code', text: node.value }];
    case 'break':
      return [{ type: 'break' }];
    case 'link':
      return linked(node.url, inlines(node.children, definitions));
    case 'linkReference':
      return linked(definitions.get(node.identifier)?.url, inlines(node.children, definitions));
    case 'image':
    case 'imageReference':
      return node.alt ? [{ type: 'text', text: node.alt }] : [];
    default:
      return [];
  }
}

function linked(url: string | undefined, children: readonly Inline[]): readonly Inline[] {
  const to = url === undefined ? undefined : safeHref(url);
  return to === undefined ? children : [{ type: 'link', to, children }];
}
