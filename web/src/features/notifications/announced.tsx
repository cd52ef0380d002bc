/** Said once to those who hear the page, not at every drawing. Give it a `key` of what it is about. */
import { useEffect, useState } from 'react';

interface AnnouncedProps {
  readonly words: string;
  readonly urgent?: boolean;
}

export function Announced({ words, urgent = false }: AnnouncedProps) {
  const [said, setSaid] = useState('');
  // A live region speaks when its text changes, so it is there before its text.
  useEffect(() => setSaid(words), [words]);
  return (
    <p role={urgent ? 'alert' : 'status'} className="sr-only">
      {said}
    </p>
  );
}
