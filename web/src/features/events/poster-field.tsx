/** Choosing a poster image, with a preview. */
import { useEffect, useId, useState } from 'react';
import { buttonClasses } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { EventArt } from './event-art.tsx';
import { posterError, posterTypes } from './poster.ts';

interface PosterFieldProps {
  /** The poster that the event has. */
  readonly posterUrl: string | null;
  /** A file chosen and not uploaded yet. */
  readonly file: File | null;
  readonly onChoose: (file: File) => void;
  readonly busy?: boolean;
}

function usePreview(file: File | null): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (file === null) {
      setUrl(null);
      return undefined;
    }
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url;
}

export function PosterField({ posterUrl, file, onChoose, busy = false }: PosterFieldProps) {
  const id = useId();
  const preview = usePreview(file);
  const [wrong, setWrong] = useState<string>();
  const shown = preview ?? posterUrl;
  return (
    <div className="flex flex-wrap items-center gap-5">
      <EventArt posterUrl={shown} className="w-36 shrink-0 rounded-xl sm:w-44" />
      <div className="flex flex-1 basis-52 flex-col items-start gap-2">
        <label
          htmlFor={id}
          className={classes(
            buttonClasses('quiet'),
            'cursor-pointer has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
          )}
        >
          {shown === null ? 'Choose a poster' : 'Choose another poster'}
          <input
            id={id}
            type="file"
            accept={posterTypes}
            disabled={busy}
            aria-describedby={`${id}-hint`}
            aria-invalid={wrong === undefined ? undefined : true}
            className="sr-only"
            onChange={(event) => {
              const chosen = event.target.files?.[0];
              event.target.value = '';
              if (chosen === undefined) return;
              const error = posterError(chosen);
              setWrong(error);
              if (error === undefined) onChoose(chosen);
            }}
          />
        </label>
        {wrong !== undefined && (
          <p role="alert" className="text-sm text-danger">
            {wrong}
          </p>
        )}
        <p id={`${id}-hint`} className="text-sm text-quiet">
          Square looks best. JPEG, PNG, WebP or AVIF, at most 2 MB.
        </p>
      </div>
    </div>
  );
}
