/** Passing the page on: the system's own sheet where there is one, otherwise the link is copied. */
import { problemCentre } from '../../api/problem-centre.ts';
import { silence } from '../../api/silence.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';

interface ShareButtonProps {
  readonly title: string;
  readonly path: string;
}

export function ShareButton({ title, path }: ShareButtonProps) {
  const url = new URL(path, location.origin).href;
  if (!('share' in navigator)) return <CopyButton text={url}>Copy link</CopyButton>;
  const share = (): void => {
    navigator.share({ title, url }).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'AbortError')
        silence(error, 'the person closed the sheet without sharing');
      else problemCentre.report(error, 'sharing');
    });
  };
  return (
    <Button small onClick={share}>
      Share
    </Button>
  );
}
