/** What begins when the page is there, or when something of it broke: reports for staff, the check of the sign-in. */

import { silence } from './api/silence.ts';
import { watchSignIn } from './features/sessions/silent-check.ts';
import { startReporting } from './reporting.ts';

/** @param settled resolves once the page had time to be there. */
export function begin(settled: Promise<unknown>): void {
  startReporting();
  settled.then(watchSignIn, (failure: unknown) => silence(failure, 'nobody asked for this check'));
}
