/** How far a long command is: a bar that is drawn over itself on a terminal, a line now and then elsewhere. */

/** Between two lines where there is no terminal, as in a log. */
const lineEveryMs = 5_000;
const barWidth = 30;

export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

interface Step {
  readonly done: number;
  readonly total: number;
}

function left(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Such as `1200 of 5000, 24 %, 400/s, 10 s left`. @param elapsedMs since the start. */
export function describeProgress({ done, total }: Step, elapsedMs: number): string {
  const perSecond = elapsedMs <= 0 ? 0 : (done * 1_000) / elapsedMs;
  const share = total === 0 ? 100 : Math.floor((done * 100) / total);
  return `${done} of ${total}, ${share} %, ${Math.round(perSecond)}/s, ${left((total - done) / perSecond)} left`;
}

function bar({ done, total }: Step): string {
  const filled = total === 0 ? barWidth : Math.floor((done * barWidth) / total);
  return `[${'#'.repeat(filled)}${' '.repeat(barWidth - filled)}]`;
}

export interface Progress {
  show(step: Step): void;
  /** Ends the bar's line. */
  end(): void;
}

/** @param now milliseconds, such as `Date.now`. */
export function createProgress(output: ProgressOutput, now: () => number): Progress {
  const startedAt = now();
  let lastLineAt = startedAt;
  let isDrawn = false;
  return {
    show(step) {
      const text = describeProgress(step, now() - startedAt);
      if (output.isTTY === true) {
        isDrawn = true;
        // ESC [ K clears what a longer line left (ECMA-48 EL).
        output.write(`\r${bar(step)} ${text}\u001b[K`);
      } else if (now() - lastLineAt >= lineEveryMs) {
        lastLineAt = now();
        output.write(`${text}\n`);
      }
    },
    end() {
      if (isDrawn) output.write('\n');
      isDrawn = false;
    },
  };
}
