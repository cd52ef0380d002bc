/** Has acts ask for the password where they need it; the dialog's code comes when it is wanted. */
import { problemCentre } from './api/problem-centre.ts';
import { setStepUp } from './api/step-up.ts';

setStepUp(async () => {
  try {
    return await (await import('./features/sessions/ask-password.tsx')).askPassword();
  } catch (failure) {
    problemCentre.report(failure, 'asking for your password');
    return false;
  }
});
