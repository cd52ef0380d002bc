/** Rows of the keys that sign identities for old services. */
export interface GateTables {
  gate_keys: {
    /** `gate-<number>`, counting up. */
    id: string;
    /** JSON Web Key. */
    private_key: string;
    /** JSON Web Key. */
    public_key: string;
    created_at: number;
  };
}
