/** Which files can be a poster. */
import { eventsEndpoints } from '@slipmat/contract/events';

const { bytes: types, maxBytes } = eventsEndpoints.setPoster.body;

/** For the `accept` attribute of a file field. */
export const posterTypes: string = types.join(',');

/** Why a file cannot be a poster, as a sentence; undefined when it can. */
export function posterError(file: { readonly type: string; readonly size: number }): string | undefined {
  if (!types.some((type) => type === file.type)) return 'Please use a JPEG, PNG, WebP or AVIF image.';
  if (file.size > maxBytes) {
    const megabytes = (file.size / 1024 / 1024).toFixed(1);
    return `This image has ${megabytes} MB; at most ${String(maxBytes / 1024 / 1024)} MB are possible.`;
  }
  return undefined;
}
