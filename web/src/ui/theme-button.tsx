/** Changes between dark and light. */
import { useState } from 'react';
import { chooseTheme, shownTheme } from './theme.ts';

export function ThemeButton() {
  const [theme, setTheme] = useState(shownTheme);
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      aria-label={`Change to ${other} colours`}
      onClick={() => {
        chooseTheme(other);
        setTheme(other);
      }}
      className="inline-flex size-11 items-center justify-center rounded-full text-quiet hover:bg-sunken hover:text-ink"
    >
      <svg viewBox="0 0 24 24" className="size-5" aria-hidden="true">
        <circle cx="12" cy="12" r="8.5" fill="none" stroke="currentColor" strokeWidth="1.8" />
        <path d="M12 3.5a8.5 8.5 0 0 1 0 17Z" fill="currentColor" />
      </svg>
    </button>
  );
}
