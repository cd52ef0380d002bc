/** Rows of sessions (a signed-in browser) and of the credentials that prove them. */
export interface SessionsTables {
  sessions: {
    id: string;
    person_id: string;
    created_at: number;
    last_seen_at: number;
    idle_expires_at: number;
    absolute_expires_at: number;
    ended_at: number | null;
    device_label: string;
    network: string;
    /** Name of the cookie that was given under a new policy and has not come back yet. */
    awaiting_policy: string | null;
    awaiting_since: number | null;
    /** First visit without the awaited cookie. */
    first_return_at: number | null;
    /** Name of a cookie that this browser does not keep; it is not given again until `refused_until`. */
    refused_policy: string | null;
    refused_until: number | null;
  };
  /** Every cookie policy ever used. */
  cookie_policies: {
    version: number;
    name: string;
    /** Null: host only. */
    domain: string | null;
    secure: number;
    declared_at: number;
    /** Null: declared, and given to no browser yet. */
    written_from: number | null;
    written_until: number | null;
  };
  credentials: {
    /** 128 random bits, base64url. */
    id: string;
    session_id: string;
    /** Name of the cookie policy that it was written under. */
    policy: string;
    /** SHA-256 of the secret, hexadecimal. */
    secret_hash: string;
    issued_at: number;
    /** When the person gave their password for it, or for the one that it followed; null: they did not. */
    authenticated_at: number | null;
    /** When the browser first sent it back: proof that it was accepted. */
    first_seen_at: number | null;
    /** Set when a newer one of the session was seen; until then this one stays valid. */
    grace_until: number | null;
  };
}
