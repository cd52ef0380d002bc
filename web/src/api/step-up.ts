/** Acts that need a password that was given lately: the person is asked for it, and the act is done once more. */
import { ProblemError } from './problem-error.ts';

type StepUp = () => Promise<boolean>;

let stepUp: StepUp = async () => false;

/**
 * Sets who asks for the password.
 * @param ask gives true when it was given. Never rejects.
 */
export function setStepUp(ask: StepUp): void {
  stepUp = ask;
}

/**
 * @param act what may need the password.
 * @throws what the act throws; `step-up-required` when the password was not given.
 */
export async function withStepUp<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (failure) {
    const isNeeded = failure instanceof ProblemError && failure.problem.code === 'step-up-required';
    if (!isNeeded || !(await stepUp())) throw failure;
    return act();
  }
}
