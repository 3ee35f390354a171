import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, shredFile, syncDirectory, writeDurably } from './durable-files.ts';

const OWNER_ONLY = 0o700;
const PLAIN_NAME = /^[a-z0-9][a-z0-9_-]{0,99}$/;

/** Files of numbered versions, in a folder for each scope. */
export interface VersionFiles {
  read(scope: string, version: number): Promise<Buffer | null>;
  /** Mode 0600, durable when it resolves. */
  write(scope: string, version: number, bytes: Uint8Array): Promise<void>;
  /** Versions that are there, ascending. */
  versions(scope: string): Promise<number[]>;
  /** Overwrites and removes; nothing where there is none. */
  shred(scope: string, version: number): Promise<void>;
}

/** Files `<directory>/<scope>/<version>.<extension>`. */
export function createVersionFiles(directory: string, extension: 'key' | 'wrapped'): VersionFiles {
  const folderOf = (scope: string) => join(directory, folderName(scope));
  const fileOf = (scope: string, version: number) => join(folderOf(scope), `${version}.${extension}`);
  return {
    read: async (scope, version) => {
      try {
        return await readFile(fileOf(scope, version));
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    write: async (scope, version, bytes) => {
      await mkdir(folderOf(scope), { recursive: true, mode: OWNER_ONLY });
      await syncDirectory(directory);
      await writeDurably(fileOf(scope, version), bytes);
    },
    versions: async (scope) => {
      const names = await readdir(folderOf(scope)).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      return names
        .flatMap((name) => {
          const [, number, end] = /^(\d+)\.(\w+)$/.exec(name) ?? [];
          return number !== undefined && end === extension ? [Number(number)] : [];
        })
        .sort((a, b) => a - b);
    },
    shred: async (scope, version) => {
      // Half written ones as well: a crash may have left one.
      for (const file of [fileOf(scope, version), `${fileOf(scope, version)}.half`]) {
        await shredFile(file).catch((error: unknown) => {
          if (!isMissing(error)) throw error;
        });
      }
    },
  };
}

/** Tenants' ids hold characters that file systems do not take, or take for others: those get a digest as name. */
export function folderName(scope: string): string {
  const [kind = '', tenant = ''] = splitOnce(scope);
  if (PLAIN_NAME.test(tenant)) return `${kind}.${tenant}`;
  return `${kind}~${createHash('sha256').update(tenant, 'utf8').digest('hex')}`;
}

function splitOnce(scope: string): [string, string] {
  const at = scope.indexOf(':');
  return [scope.slice(0, at), scope.slice(at + 1)];
}
