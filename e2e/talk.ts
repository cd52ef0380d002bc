/** Writing and reading in the chat of a page. */
import type { Visitor } from './browser.ts';

/** Types a text without sending it. */
export async function writes({ page }: Visitor, text: string): Promise<void> {
  await page.getByLabel('Write a message').fill(text);
}

/** Types a text and sends it. */
export async function say(visitor: Visitor, text: string): Promise<void> {
  await writes(visitor, text);
  await visitor.page.getByLabel('Write a message').press('Enter');
}

/** Waits until a line of the talk has this text. */
export async function sees({ page }: Visitor, text: string): Promise<void> {
  await page.getByRole('log').getByText(text, { exact: true }).first().waitFor();
}

/** The texts of the talk as they stand on the page, the visitor's own unsent lines included. */
export async function messages({ page }: Visitor): Promise<string[]> {
  return page.getByRole('log').locator('li > p.whitespace-pre-wrap').allInnerTexts();
}
