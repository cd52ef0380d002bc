/** What the source port asks of the house around it. */
import type { Frame } from '../audio/cutter.ts';
import type { FormatWarning } from '../audio/sniff.ts';
import type { TrackTitle } from '../audio/track-title.ts';
import type { AdmissionRefusal, CredentialRefusal, RefusalReason } from './refusal.ts';
import type { StationInfo } from './request.ts';
import type { StatusReport } from './status.ts';

/** Who sends. The engine only compares ids; the house may put more into it and gets the same object back. */
export interface SourceOwner {
  readonly id: string;
}

/** Credentials to look up. */
export interface AuthenticationAttempt {
  /** Begins with `/`; null in a Shoutcast title update, where the key alone tells. */
  readonly mount: string | null;
  /** `source`, or what was typed as user. */
  readonly user: string;
  readonly key: string;
  readonly purpose: 'source' | 'metadata';
  readonly remoteAddress: string;
}

export type Authentication<Dj extends SourceOwner> =
  | { readonly kind: 'known'; readonly dj: Dj }
  | { readonly kind: 'denied'; readonly reason: CredentialRefusal }
  | { readonly kind: 'unknown-mount' }
  /** Storage did not answer; says nothing about the key. */
  | { readonly kind: 'unavailable' };

/**
 * Why a source ended: `finished` it completed its body · `lost` its connection ended · `replaced` the same DJ
 * connected again · `kicked` the house ended it · `went-silent`, `unsupported-format`, `bad-framing` what it
 * sent · `stopping` this process stops · `never-began` it was gone before our answer.
 */
export type SourceEnd =
  | 'finished'
  | 'lost'
  | 'replaced'
  | 'kicked'
  | 'went-silent'
  | 'unsupported-format'
  | 'bad-framing'
  | 'stopping'
  | 'never-began';

/** A source that asks to go on air, its credentials checked. */
export interface SourceCandidate<Dj extends SourceOwner> {
  readonly dj: Dj;
  readonly mount: string;
  /** As claimed; what the bytes are shows in the frames. */
  readonly contentType: string | null;
  readonly station: StationInfo;
  readonly userAgent: string | null;
  readonly remoteAddress: string;
  /** True inside TLS. */
  readonly isSecure: boolean;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Ends the source at any time; its sink hears `closed` before this returns. Harmless afterwards. */
  readonly stop: (why: Extract<SourceEnd, 'kicked' | 'replaced'>) => void;
}

/** Where an accepted source goes. Calls come in order; `closed` is the last and comes exactly once. */
export interface SourceSink {
  readonly frames: (frames: readonly Frame[]) => void;
  /** A title inside the stream (Ogg); other titles come by `IngestHooks.metadata`. */
  readonly title: (title: TrackTitle) => void;
  /** The claimed Content-Type is missing or wrong; at most once, before the first frames. */
  readonly warning: (warning: FormatWarning) => void;
  readonly closed: (end: SourceEnd) => void;
}

export type Admission =
  | { readonly kind: 'accepted'; readonly sink: SourceSink }
  | { readonly kind: 'refused'; readonly reason: AdmissionRefusal };

/** An encoder turned away, or cut because of what it sent. */
export interface RefusalRecord<Dj extends SourceOwner> {
  readonly reason: RefusalReason;
  /** More for logs, such as what the format was; never shown to strangers. */
  readonly detail: string | null;
  /** Known once the credentials were good. */
  readonly dj: Dj | null;
  /** As asked for; null when the request did not get so far. */
  readonly mount: string | null;
  readonly purpose: 'source' | 'metadata' | 'unknown';
  readonly userAgent: string | null;
  readonly remoteAddress: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface IngestHooks<Dj extends SourceOwner> {
  /** Called for every request that carries credentials, never for the probe without. */
  readonly authenticate: (attempt: AuthenticationAttempt) => Promise<Authentication<Dj>>;
  /**
   * Decides who is on air. A DJ who is connected already is asked for again: once accepted, the older source's
   * sink hears `closed('replaced')`, then the new one gets its first frames.
   */
  readonly admit: (candidate: SourceCandidate<Dj>) => Promise<Admission>;
  /** A title update with good credentials; comes also before the first sound, when nothing is on air, and repeated. */
  readonly metadata: (dj: Dj, title: TrackTitle) => Promise<void>;
  /** Told at once, also when the answer to the client is held back. Must not throw. */
  readonly refused: (record: RefusalRecord<Dj>) => void;
  readonly status: () => Promise<StatusReport>;
}

/** The part of a pino logger that is used. */
export interface IngestLog {
  readonly info: (fields: Record<string, unknown>, message: string) => void;
  readonly warn: (fields: Record<string, unknown>, message: string) => void;
  readonly error: (fields: Record<string, unknown>, message: string) => void;
}
