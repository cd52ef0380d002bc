/** The chosen theme, kept in this browser. `public/theme.js` applies it before the first paint. */
import { silence } from '../api/silence.ts';

export type Theme = 'dark' | 'light';

const storageKey = 'slipmat-theme';

/** Why `public/theme.js` could not read the choice. */
const unread = document.documentElement.dataset['themeUnread'];
if (unread !== undefined)
  silence(unread, 'without storage the system chooses the theme, as at a first visit');

/** The theme on screen: the chosen one, or what the system prefers. */
export function shownTheme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'dark' || chosen === 'light') return chosen;
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}

/** Shows a theme and keeps it for the next visit. */
export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(storageKey, theme);
  } catch (failure) {
    silence(failure, 'without storage the theme lasts as long as the page, and the person sees that');
  }
}
