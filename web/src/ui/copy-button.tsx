/** Copies a text and says so. */
import { useEffect, useState } from 'react';
import { run } from '../api/run.ts';
import { Button, type ButtonVariant } from './button.tsx';
import { copyText } from './clipboard.ts';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for readers of the screen: "Copy the key". */
  readonly label?: string;
  readonly children?: string;
  readonly small?: boolean;
  readonly variant?: ButtonVariant;
}

/** Long enough to read. Milliseconds. */
const shownFor = 2_500;

const words = { copied: 'Copied', refused: 'Please mark and copy it' } as const;

export function CopyButton({ text, label, children = 'Copy', small = true, variant }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<keyof typeof words | undefined>();
  useEffect(() => {
    if (outcome === undefined) return undefined;
    const timer = setTimeout(() => setOutcome(undefined), shownFor);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async (): Promise<void> => setOutcome((await copyText(text)) ? 'copied' : 'refused');
  return (
    <Button
      small={small}
      {...(variant === undefined ? {} : { variant })}
      {...(label === undefined || outcome !== undefined ? {} : { 'aria-label': label })}
      onClick={() => run(copy, 'copying')}
    >
      <span aria-live="polite">{outcome === undefined ? children : words[outcome]}</span>
    </Button>
  );
}
