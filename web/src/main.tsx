/** Where the page begins. */
import './api/zod-config.ts';
import './styles/main.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { lookAgain } from './api/asking.ts';
import { onSessionChange } from './api/page-identity.ts';
import { problemCentre, receiveFrom } from './api/problem-centre.ts';
import { run } from './api/run.ts';
import { realtime } from './api/socket.ts';
import { App } from './app.tsx';
import { sessionChanged, sessionEnded } from './features/sessions/state.ts';

receiveFrom(window, problemCentre, Math.random);
onSessionChange(() => run(sessionChanged, 'your account'));
realtime.onStatus(() => {
  const { state, reason } = realtime.status();
  if (state === 'stopped' && reason === 'sessionEnded') run(sessionEnded, 'your account');
});
function wakeUp(): void {
  realtime.nudge();
  lookAgain();
}
addEventListener('online', wakeUp);
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
