/** An event's poster, or the record where it has none. */
import { useState } from 'react';
import { classes } from '../../ui/classes.ts';
import { Record } from '../../ui/record.tsx';

interface EventArtProps {
  readonly posterUrl: string | null;
  readonly turning?: boolean;
  /** Gives it its width; it is square unless its height is limited too. */
  readonly className?: string;
}

/** An ornament: the title stands beside it, and a poster that cannot be loaded is no loss worth telling. */
export function EventArt({ posterUrl, turning = false, className = 'w-full' }: EventArtProps) {
  const [broken, setBroken] = useState<string>();
  if (posterUrl === null || broken === posterUrl) {
    return (
      <span className={classes('relative block aspect-square overflow-hidden bg-sunken', className)}>
        <Record turning={turning} className="absolute inset-[8%] size-[84%]" />
      </span>
    );
  }
  return (
    <img
      src={posterUrl}
      alt=""
      loading="lazy"
      onError={() => setBroken(posterUrl)}
      className={classes('block aspect-square object-cover', className)}
    />
  );
}
