/** What staff look a problem up by. */
import { CopyButton } from './copy-button.tsx';

export function Reference({
  value,
  incident,
}: {
  readonly value: string;
  readonly incident?: number | undefined;
}) {
  return (
    <span className="inline-flex flex-wrap items-center gap-2 text-sm text-quiet">
      <span>
        Reference <code className="font-mono text-ink">{value}</code>
        <Incident number={incident} />
      </span>
      <CopyButton text={value} label={`Copy the reference ${value}`} />
    </span>
  );
}

/** Which incident it is part of, while one is open. */
export function Incident({ number }: { readonly number: number | undefined }) {
  return number !== undefined && ` · INC-${String(number)}`;
}
