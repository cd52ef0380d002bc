/** Tells staff of new faults and of those that came back: each on its own, then, when there are many, in one digest. */
import type { FaultKind, FaultSummary } from '@slipmat/contract/faults';
import type { Written } from './hits-store.ts';

/** What staff are told. */
export interface StaffNotice {
  /** The same key again is not told twice. */
  readonly key: string;
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  /** Path of the page that says more. */
  readonly link: string;
}

export interface TellingDeps {
  readonly now: () => number;
  readonly summaryOf: (faultId: string) => Promise<FaultSummary>;
  readonly tell: (notice: StaffNotice) => Promise<void>;
}

/** In an hour, one by one; what comes on top is told together at its end. */
const perHour = 6;
/** Named in a digest; the page has the rest. */
const namedInDigest = 10;
const hourMs = 3_600_000;

/** Kinds that are ours to mend. Networks, extensions and wrong passwords of DJ software break every day. */
const toldKinds: ReadonlySet<FaultKind> = new Set(['server', 'background', 'page']);

const changes = { new: 'New fault', 'came-back': 'Fault came back' } as const;

/** Longer messages are cut in a title. Characters. */
const nameLength = 80;

function nameOf({ name, message, code }: FaultSummary): string {
  const words = message === '' ? code : message;
  return `${name}: ${words}`.slice(0, nameLength);
}

/** What a message says is not Markdown. */
function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}

export function createTelling({ now, summaryOf, tell }: TellingDeps) {
  let hour = 0;
  let told = 0;
  let waiting: FaultSummary[] = [];
  let more = 0;

  function beginHour(): void {
    const current = Math.floor(now() / hourMs);
    if (current !== hour) told = 0;
    hour = current;
  }

  async function tellOne(fault: FaultSummary, change: keyof typeof changes): Promise<void> {
    told += 1;
    await tell({
      key: `fault ${fault.id} ${change === 'new' ? '' : String(fault.lastAt)}`.trim(),
      title: `${changes[change]}: ${nameOf(fault)}`,
      text: `At ${code(fault.place)}. The page of the fault has its people, browsers and log lines.`,
      link: `/staff/faults/${fault.id}`,
    });
  }

  return {
    async written(list: readonly Written[]): Promise<void> {
      beginHour();
      for (const { faultId, change } of list) {
        if (change === 'known') continue;
        const fault = await summaryOf(faultId);
        if (!toldKinds.has(fault.kind)) continue;
        if (told < perHour) await tellOne(fault, change);
        else if (waiting.length < namedInDigest) waiting.push(fault);
        else more += 1;
      }
    },
    /** Tells the digest when the hour is over; by tick. */
    async digest(): Promise<void> {
      beginHour();
      if (told > 0 || waiting.length === 0) return;
      const all = waiting.length + more;
      const names = waiting.map((fault) => `* ${code(nameOf(fault))}`);
      const rest = more === 0 ? [] : [`* and ${more} more`];
      await tell({
        key: `faults ${hour}`,
        title: `${all} more ${all === 1 ? 'fault is' : 'faults are'} new or came back`,
        text: [...names, ...rest].join('\n'),
        link: '/staff/faults',
      });
      waiting = [];
      more = 0;
      told = 1;
    },
  };
}
