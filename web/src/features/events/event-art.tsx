/** An event's poster, or the record where it has none. */
import { classes } from '../../ui/classes.ts';
import { Record } from '../../ui/record.tsx';

interface EventArtProps {
  readonly posterUrl: string | null;
  readonly turning?: boolean;
  readonly className?: string;
}

/** An ornament: the title stands beside it. */
export function EventArt({ posterUrl, turning = false, className = 'w-full' }: EventArtProps) {
  if (posterUrl === null) {
    return (
      <span className={classes('flex aspect-square items-center justify-center bg-sunken p-[9%]', className)}>
        <Record turning={turning} className="w-full" />
      </span>
    );
  }
  return (
    <img src={posterUrl} alt="" loading="lazy" className={classes('aspect-square object-cover', className)} />
  );
}
