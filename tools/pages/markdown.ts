/** Stands at the top of every generated page. */
export function generatedNotice(source: string): string {
  return `<!-- Generated from ${source} by \`npm run docs\`; edit that, not this. -->`;
}

/** A table; `|` and line breaks in cells are made harmless. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}

/** Inline code; text with backticks in it is fenced by two. */
export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** Joins the parts of a page with empty lines and ends it with one line break. */
export function page(parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`;
}
