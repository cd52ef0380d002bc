/** Rows of people, their groups, invitations, and the settings that the server keeps about itself. */
import type { Group } from '@slipmat/contract/capabilities';
import type { Generated } from 'kysely';

export interface AccountsTables {
  people: {
    id: string;
    handle: string;
    /** Lower case. */
    email: string;
    display_name: string;
    /** PHC string. */
    password_hash: string;
    created_at: number;
    /** When all sessions were last ended at once; each time another value. A sign-in that began with another starts none. */
    signed_out_at: Generated<number | null>;
    /** When the address was proven to be theirs. */
    email_verified_at: Generated<number | null>;
    /** Mails in a row that came back because the address does not take any. */
    email_bounces: Generated<number>;
  };
  person_groups: {
    person_id: string;
    group_name: Group;
    granted_by: string | null;
    granted_at: number;
  };
  invitations: {
    id: string;
    /** SHA-256 of the link's secret, hexadecimal. */
    token_hash: string;
    note: string;
    from_id: string;
    created_at: number;
    expires_at: number;
    accepted_by: string | null;
    accepted_at: number | null;
    withdrawn_at: number | null;
  };
  /** Links that prove an e-mail address. */
  email_tokens: {
    id: string;
    person_id: string;
    /** Lower case. */
    address: string;
    /** SHA-256 of the link's secret, hexadecimal. */
    token_hash: string;
    created_at: number;
    expires_at: number;
    used_at: number | null;
  };
  server_settings: { name: string; value: string };
  audit_log: {
    id: string;
    at: number;
    /** Null: the command line. */
    actor_id: string | null;
    act: string;
    subject_id: string | null;
    /** JSON. */
    detail: string;
  };
}
