/** The record on its felt mat: the one ornament. It turns while there is sound. */
import { useId } from 'react';
import { classes } from './classes.ts';

interface RecordProps {
  readonly turning: boolean;
  readonly className?: string;
  /** Shown on the label in the middle. */
  readonly image?: string | null;
}

const grooves = [86, 79, 73, 66, 60, 54, 48, 43];

export function Record({ turning, className = 'w-full', image = null }: RecordProps) {
  const label = useId();
  return (
    <svg
      viewBox="0 0 220 220"
      aria-hidden="true"
      className={classes('block aspect-square', turning && 'record-turning', className)}
    >
      <circle className="record-mat" cx="110" cy="110" r="108" strokeWidth="1" />
      <circle className="record-felt" cx="110" cy="110" r="104" strokeWidth="1" strokeDasharray="1 3" />
      <g className="record-disc">
        <circle className="record-vinyl" cx="110" cy="110" r="96" />
        {grooves.map((radius) => (
          <circle key={radius} className="record-groove" cx="110" cy="110" r={radius} strokeWidth="0.8" />
        ))}
        <path className="record-shine" d="M110 110 72 22A96 96 0 0 1 96 15.2Z" />
        <path className="record-shine" d="M110 110 148 198A96 96 0 0 1 124 204.8Z" />
        <circle className="record-label" cx="110" cy="110" r="36" />
        {image === null ? (
          <g className="record-mark">
            <rect x="94" y="88" width="32" height="3" rx="1.5" />
            <rect x="100" y="128" width="20" height="2.4" rx="1.2" />
            <rect x="97" y="133.5" width="26" height="2.4" rx="1.2" />
          </g>
        ) : (
          <>
            <clipPath id={label}>
              <circle cx="110" cy="110" r="36" />
            </clipPath>
            <image
              href={image}
              x="74"
              y="74"
              width="72"
              height="72"
              preserveAspectRatio="xMidYMid slice"
              clipPath={`url(#${label})`}
            />
          </>
        )}
        <circle className="record-vinyl" cx="110" cy="110" r="3.4" />
      </g>
    </svg>
  );
}
