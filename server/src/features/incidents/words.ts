/** What people are told about an incident, and the draft of its post-mortem. Pure. */
import type { FaultDetail } from '@slipmat/contract/faults';
import { type Incident, type IncidentUpdate, incidentTextLength } from '@slipmat/contract/incidents';

export function nameOf(number: number): string {
  return `INC-${number}`;
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}

function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export interface Told {
  readonly number: number;
  readonly title: string;
  readonly text: string;
  readonly updates: readonly IncidentUpdate[];
  readonly isResolved: boolean;
}

/** The notification of an incident as it stands: the newest word first, as much of the older ones as has room. */
export function notificationOf({ number, title, text, updates, isResolved }: Told): {
  readonly title: string;
  readonly text: string;
} {
  const newestFirst = updates.toReversed().map((update) => `**${clock(update.at)} UTC:** ${update.text}`);
  const parts = [...newestFirst, text];
  const end = `Incident ${nameOf(number)}.`;
  const kept: string[] = [];
  let length = end.length;
  for (const part of parts) {
    length += part.length + 2;
    if (length > incidentTextLength) break;
    kept.push(part);
  }
  return {
    title: `${isResolved ? 'Mended: ' : ''}${title}`,
    text: [...kept, end].join('\n\n'),
  };
}

/** A text of a person inside a list of Markdown: one paragraph of it. */
function inLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}

function minutes(from: number, to: number): string {
  const all = Math.max(1, Math.round((to - from) / 60_000));
  if (all < 120) return `${all} minute${all === 1 ? '' : 's'}`;
  const hours = Math.floor(all / 60);
  return hours < 48
    ? `${hours} hours ${all % 60} minutes`
    : `${Math.floor(hours / 24)} days ${hours % 24} hours`;
}

function timeline(incident: Incident): string[] {
  const { fault, startedAt, startedBy, resolvedAt, resolvedBy, text } = incident;
  const started = `* ${moment(startedAt)}: ${startedBy} told people: ${inLine(text)}`;
  const entries = incident.updates.map(({ at, by, text }, index) => {
    const isLast = index === incident.updates.length - 1 && resolvedAt !== null;
    return `* ${moment(at)}: ${isLast ? `mended, says ${resolvedBy ?? by}` : by}: ${inLine(text)}`;
  });
  return [
    ...(fault === null ? [] : [`* ${moment(fault.firstAt)}: it first happened.`]),
    started,
    ...entries,
    ...(fault !== null && resolvedAt !== null && fault.lastAt > resolvedAt
      ? [`* ${moment(fault.lastAt)}: it happened again after that.`]
      : []),
  ];
}

function numbers(incident: Incident): string[] {
  const { fault, recipients, told, confirmed, startedAt, resolvedAt } = incident;
  const begun = fault === null ? startedAt : Math.min(fault.firstAt, startedAt);
  return [
    `| | |`,
    `|---|---|`,
    ...(fault === null
      ? []
      : [
          `| people it hit | ${fault.people} |`,
          `| hits with nobody signed in | ${fault.anonymousHits} |`,
          `| hits in all | ${fault.count} |`,
          `| from the first hit until people were told | ${minutes(fault.firstAt, Math.max(startedAt, fault.firstAt))} |`,
        ]),
    `| people told | ${recipients} |`,
    `| of them saw it | ${told} |`,
    ...(incident.kind === 'must-read' ? [`| of them confirmed | ${confirmed} |`] : []),
    ...(resolvedAt === null ? [] : [`| how long it lasted | ${minutes(begun, resolvedAt)} |`]),
  ];
}

/** Text of an error inside a line of Markdown. */
function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}

function aboutFault({ fault, browsers, releases }: FaultDetail): string[] {
  const error = fault.message === '' ? fault.code : `${fault.name}: ${fault.message}`;
  return [
    `${code(error)} at ${code(fault.place)}, release ${releases.first}${releases.last === releases.first ? '' : ` to ${releases.last}`}.`,
    '',
    '| browser or software | times |',
    '|---|---|',
    ...browsers.map(({ name, count }) => `| ${name.replaceAll('|', '/')} | ${count} |`),
    '',
  ];
}

/** @param detail of the incident's fault, when it has one that is still kept. */
export function postMortemOf(incident: Incident, detail: FaultDetail | undefined): string {
  const { number, title, resolvedAt } = incident;
  return [
    `# ${nameOf(number)}: ${title}`,
    '',
    resolvedAt === null
      ? '*It is not over yet.*'
      : '*Draft. Say in one paragraph what happened and for whom.*',
    '',
    '## What happened when',
    '',
    ...timeline(incident),
    '',
    '## In numbers',
    '',
    ...numbers(incident),
    '',
    ...(detail === undefined ? [] : ['## The fault', '', ...aboutFault(detail)]),
    '## Why',
    '',
    '*What led to it, and why it was not found before.*',
    '',
    '## What changes',
    '',
    '* *Who does what by when.*',
    '',
  ].join('\n');
}
