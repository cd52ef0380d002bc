/** The shape of what is about to come. */
import { classes } from './classes.ts';

/** One bar; give it its measures by class. */
export function Skeleton({ className = 'h-4 w-full' }: { readonly className?: string }) {
  return <span aria-hidden="true" className={classes('skeleton block rounded-md', className)} />;
}

/** Some rows of a list, with a word for those who cannot see them. */
export function SkeletonRows({
  rows = 3,
  label = 'Loading',
}: {
  readonly rows?: number;
  readonly label?: string;
}) {
  return (
    <div role="status" className="flex flex-col gap-4 py-1">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={`row-${String(row)}`} className="flex items-center gap-3">
          <Skeleton className="size-10 shrink-0 rounded-full" />
          <div className="flex flex-1 flex-col gap-2">
            <Skeleton className="h-4 w-2/5" />
            <Skeleton className="h-3 w-3/5" />
          </div>
        </div>
      ))}
    </div>
  );
}

/** A page whose code is on its way. */
export function SkeletonPage() {
  return (
    <div role="status" className="mx-auto flex w-full max-w-3xl flex-col gap-5">
      <span className="sr-only">Loading the page</span>
      <Skeleton className="h-9 w-3/5" />
      <Skeleton className="h-4 w-full" />
      <Skeleton className="h-4 w-4/5" />
      <Skeleton className="mt-4 h-48 w-full rounded-2xl" />
    </div>
  );
}
