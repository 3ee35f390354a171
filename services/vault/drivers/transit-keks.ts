import { randomBytes } from 'node:crypto';
import type { KekStore } from '../ports.ts';
import { createVersionFiles, folderName } from './kek-files.ts';
import type { TransitApi } from './transit-api.ts';

const KEY_BYTES = 32;
const SEPARATOR = ' ';

/**
 * KEKs that lie in files encrypted by a Transit engine, one engine key for each scope and one of its versions for each
 * KEK. Destroying trims the engine's version away: copies of the files are then of no use to anybody.
 */
export function createTransitKeks(directory: string, transit: TransitApi): KekStore {
  const files = createVersionFiles(directory, 'wrapped');
  const nameOf = (scope: string) => `docket-${folderName(scope).replace('~', '-')}`;
  const associatedWith = (scope: string, version: number) =>
    Buffer.from(`docket-kek/1\0${version}\0${scope}`, 'utf8');
  const readFile = async (scope: string, version: number) => {
    const text = (await files.read(scope, version))?.toString('ascii') ?? '';
    const [engineVersion, ciphertext] = text.split(SEPARATOR);
    return engineVersion === undefined || ciphertext === undefined || !/^\d+$/.test(engineVersion)
      ? null
      : { engineVersion: Number(engineVersion), ciphertext };
  };
  const read = async (scope: string, version: number) => {
    const file = await readFile(scope, version);
    return file === null
      ? null
      : transit.decrypt(nameOf(scope), file.ciphertext, associatedWith(scope, version));
  };
  return {
    create: async (scope, version) => {
      const existing = await read(scope, version);
      if (existing !== null) return existing;
      const name = nameOf(scope);
      if ((await transit.latestVersion(name)) === 0) await transit.createKey(name);
      else await transit.rotate(name);
      const engineVersion = await transit.latestVersion(name);
      const key = randomBytes(KEY_BYTES);
      const ciphertext = await transit.encrypt(name, engineVersion, key, associatedWith(scope, version));
      await files.write(scope, version, Buffer.from(`${engineVersion}${SEPARATOR}${ciphertext}`, 'ascii'));
      return key;
    },
    read,
    destroyThrough: async (scope, version) => {
      const versions = await files.versions(scope);
      const doomed = versions.filter((each) => each <= version);
      if (doomed.length === 0) return;
      const last = await Promise.all(doomed.map((each) => readFile(scope, each)));
      const engineVersion = Math.max(0, ...last.map((file) => file?.engineVersion ?? 0));
      const name = nameOf(scope);
      // The newest version of an engine's key cannot be trimmed away.
      if (engineVersion === (await transit.latestVersion(name))) await transit.rotate(name);
      await transit.trimBefore(name, engineVersion + 1);
      for (const each of doomed) await files.shred(scope, each);
    },
    newest: async (scope) => (await files.versions(scope)).at(-1) ?? 0,
  };
}
