/** Copying to the clipboard, also where the page is not a secure context. */
import { silence } from '../api/silence.ts';

/** Gives false when the browser refuses; the text must then be there to be marked by hand. */
export async function copyText(text: string): Promise<boolean> {
  if (isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (failure) {
      silence(failure, 'the older way to copy is tried next, and its failure is shown');
    }
  }
  const holder = document.createElement('textarea');
  holder.value = text;
  holder.setAttribute('readonly', '');
  holder.className = 'sr-only';
  document.body.append(holder);
  holder.select();
  const copied = document.execCommand('copy');
  holder.remove();
  return copied;
}
