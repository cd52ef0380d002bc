/** Where the page begins. */
import './api/zod-config.ts';
import './styles/main.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { onSessionChange } from './api/page-identity.ts';
import { problemCentre, receiveFrom } from './api/problem-centre.ts';
import { queries } from './api/queries.ts';
import { run } from './api/run.ts';
import { realtime } from './api/socket.ts';
import { App } from './app.tsx';
import { sessionChanged } from './features/sessions/state.ts';

receiveFrom(window, problemCentre, Math.random);
onSessionChange(() => run(sessionChanged, 'your account'));
addEventListener('online', realtime.nudge);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') realtime.nudge();
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
