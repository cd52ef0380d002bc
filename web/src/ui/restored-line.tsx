import { Button } from './button.tsx';

/** Says that typed text survived a reload. */
export function RestoredLine({ onDiscard }: { readonly onDiscard: () => void }) {
  return (
    <div
      role="status"
      className="flex flex-wrap items-center justify-between gap-3 rounded-xl border border-lamp bg-glow px-4 py-3"
    >
      <p>This is what you typed before and did not save.</p>
      <Button small onClick={onDiscard}>
        Start over
      </Button>
    </div>
  );
}
