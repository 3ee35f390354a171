import { randomBytes } from 'node:crypto';
import type { KekStore } from '../ports.ts';
import { createVersionFiles } from './kek-files.ts';

const KEY_BYTES = 32;

/**
 * KEKs as files. Destroying overwrites and removes a file: the promise ends where the operator keeps copies of them
 * (docs/vault.md).
 */
export function createFileKeks(directory: string): KekStore {
  const files = createVersionFiles(directory, 'key');
  const read = async (scope: string, version: number) => {
    const key = await files.read(scope, version);
    // Zeros: it was being destroyed when the power went.
    return key === null || key.length !== KEY_BYTES || key.every((byte) => byte === 0) ? null : key;
  };
  return {
    create: async (scope, version) => {
      const existing = await read(scope, version);
      if (existing !== null) return existing;
      const key = randomBytes(KEY_BYTES);
      await files.write(scope, version, key);
      return key;
    },
    read,
    destroyThrough: async (scope, version) => {
      for (const each of await files.versions(scope)) if (each <= version) await files.shred(scope, each);
    },
    newest: async (scope) => (await files.versions(scope)).at(-1) ?? 0,
  };
}
