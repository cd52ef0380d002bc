// Runs before the first paint, so that a chosen theme does not flash; src/ui/theme.ts changes it later.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('slipmat-theme');
  } catch (error) {
    console.debug('no storage for the theme, so the system decides', error);
  }
  if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset.theme = chosen;
})();
