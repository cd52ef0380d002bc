/** Where the page begins. */
import './api/zod-config.ts';
import './styles/main.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { lookAgain } from './api/asking.ts';
import { askMeAgain } from './api/me.ts';
import { leaving, onSessionChange } from './api/page-identity.ts';
import { problemCentre, receiveFrom } from './api/problem-centre.ts';
import { run } from './api/run.ts';
import { silence } from './api/silence.ts';
import { realtime } from './api/socket.ts';
import { App } from './app.tsx';

receiveFrom(window, problemCentre, Math.random);
/** Not needed before somebody signs in or out, and loaded with what comes afterwards. */
const identityChange = () => import('./api/identity-change.ts');
onSessionChange(() => run(async () => (await identityChange()).sessionChanged(), 'your account'));
realtime.onStatus(() => {
  const { state, reason } = realtime.status();
  // Asked at once: when what follows is loaded, this page may be done with leaving.
  if (state === 'stopped' && reason === 'sessionEnded' && !leaving.isNow)
    run(async () => (await identityChange()).sessionEnded(), 'your account');
});
function wakeUp(): void {
  realtime.nudge();
  lookAgain();
}
/** Whatever was known of who is asking is from before, so it is asked even when it is fresh. */
function comeBack(): void {
  wakeUp();
  run(askMeAgain, 'your account');
}
addEventListener('online', comeBack);
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) comeBack();
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') wakeUp();
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

/** Sound and chat come first; after this long they are there, or not because of this. Milliseconds. */
const settledAfter = 8_000;
const settled = new Promise((resolve) => setTimeout(resolve, settledAfter));
/** What breaks is reported while the page is still there. */
const changed = new Promise<void>((resolve) => problemCentre.subscribe(resolve));
Promise.race([settled, changed])
  .then(() => Promise.all([import('./afterwards.ts'), identityChange()]))
  .then(
    ([{ begin }]) => begin(settled),
    (failure: unknown) => silence(failure, 'nobody asked for these checks and reports'),
  );
