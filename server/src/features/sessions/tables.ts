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
    /** When the browser first sent it back: proof that it was accepted. */
    first_seen_at: number | null;
    /** The credential that replaces this one once that is seen. */
    successor_id: string | null;
    /** Set when the successor was seen; until then this one stays valid. */
    grace_until: number | null;
  };
}
