/** The status pages that encoders poll: Icecast's `/status-json.xsl` and Icecast-KH's `/7.xsl`. Pure. */
import { type Answer, answerBytes } from './reply.ts';

/** One mount as its DJ's software sees it. */
export interface StatusSource {
  /** Begins with `/`. */
  readonly mount: string;
  /** BUTT finds its mount by the last part of this URL's path, so it must end like `mount`. */
  readonly listenUrl: string;
  readonly listeners: number;
  readonly peakListeners: number;
  readonly title: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly genre: string | null;
  readonly contentType: string;
  /** kbit/s, null when not known. */
  readonly bitrate: number | null;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

export interface StatusReport {
  readonly host: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly sources: readonly StatusSource[];
}

const OPEN: NonNullable<Answer['headers']> = [['Access-Control-Allow-Origin', '*']];

function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, '+0000');
}

function iceSource(source: StatusSource): Record<string, string | number | null> {
  return {
    ...(source.genre === null ? {} : { genre: source.genre }),
    ...(source.bitrate === null ? {} : { 'ice-bitrate': source.bitrate }),
    listener_peak: source.peakListeners,
    listeners: source.listeners,
    listenurl: source.listenUrl,
    ...(source.description === null ? {} : { server_description: source.description }),
    server_name: source.name ?? '',
    server_type: source.contentType,
    stream_start_iso8601: iso(source.startedAt),
    ...(source.title === null ? {} : { title: source.title }),
    dummy: null,
  };
}

/** Icecast's JSON: `source` is absent for none, an object for one, an array for several. */
export function statusJson(report: StatusReport): Buffer {
  const sources = report.sources.map(iceSource);
  const source =
    sources.length > 1 ? { source: sources } : sources.length === 1 ? { source: sources[0] } : {};
  const icestats = {
    admin: '',
    host: report.host,
    location: '',
    server_id: 'Slipmat',
    server_start_iso8601: iso(report.startedAt),
    ...source,
  };
  return answerBytes({
    status: 200,
    contentType: 'application/json; charset=UTF-8',
    headers: OPEN,
    body: JSON.stringify({ icestats }),
  });
}

/** BUTT counts the commas of the page and takes the number behind the first `>`. */
function sevenField(text: string): string {
  return text.replaceAll(',', ' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * Icecast-KH's line: listeners, status, peak, maximum, unique, bit rate, title. With `mount` that one, without
 * it all of them, one a line.
 */
export function sevenXsl(report: StatusReport, mount: string | null): Buffer {
  const lines = report.sources
    .filter((source) => mount === null || source.mount === mount)
    .map(({ listeners, peakListeners, bitrate, title }) =>
      [listeners, 1, peakListeners, 'unlimited', listeners, bitrate ?? '', sevenField(title ?? '')].join(','),
    );
  return answerBytes({
    status: 200,
    contentType: 'text/html; charset=UTF-8',
    headers: OPEN,
    body: ['<!DOCTYPE html>', ...lines, ''].join('\n'),
  });
}
