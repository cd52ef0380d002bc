// Runs before the first paint, so that a chosen theme does not flash; src/ui/theme.ts changes it later.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('slipmat-theme');
  } catch (error) {
    // src/ui/theme.ts takes it from here.
    document.documentElement.dataset.themeUnread = String(error);
  }
  if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset.theme = chosen;
})();
