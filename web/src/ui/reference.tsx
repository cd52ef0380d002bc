/** What staff look a problem up by. */
import { CopyButton } from './copy-button.tsx';

export function Reference({ value }: { readonly value: string }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-2 text-sm text-quiet">
      <span>
        Reference <code className="font-mono text-ink">{value}</code>
      </span>
      <CopyButton text={value} label={`Copy the reference ${value}`} />
    </span>
  );
}
