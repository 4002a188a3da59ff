/** Where passwords and passphrases are kept: an interface, and the store that forgets them when the process ends. */

/** Keys name what the secret is for (`password:admin@node01:22`); values never leave the main process. */
export interface SecretStore {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  /** True where secrets outlive the process (a system key store). */
  readonly persists: boolean;
}

/** A store in this process's memory: for hosts without a system key store. */
export function memorySecrets(): SecretStore {
  const values = new Map<string, string>();
  return {
    persists: false,
    get: async (key) => values.get(key) ?? null,
    set: async (key, value) => {
      values.set(key, value);
    },
    delete: async (key) => {
      values.delete(key);
    },
  };
}
