/** A person's initials on a small record. */
import { classes } from './classes.ts';
import { initials } from './initials.ts';

const sizes = { small: 'size-8 text-xs', medium: 'size-11 text-sm', large: 'size-20 text-2xl' } as const;

interface AvatarProps {
  readonly name: string;
  readonly size?: keyof typeof sizes;
}

/** An ornament: the name stands beside it, so readers of the screen are not told. */
export function Avatar({ name, size = 'medium' }: AvatarProps) {
  return (
    <span
      aria-hidden="true"
      className={classes(
        'inline-flex shrink-0 items-center justify-center rounded-full border border-line bg-glow',
        'font-semibold tracking-wide text-accent select-none',
        sizes[size],
      )}
    >
      {initials(name)}
    </span>
  );
}
