import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GENERATED_MARK } from './render-rules.ts';

/**
 * Paths below a folder that are not as they are generated: that differ, are missing, or belong to an SLO that is no
 * more. `files`: texts by path.
 */
export async function staleFiles(directory: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, text] of files) {
    const current = await readFile(join(directory, path), 'utf8').catch(() => null);
    if (current !== text) stale.push(path);
  }
  for (const folder of ['rules', 'tests']) {
    const names = await readdir(join(directory, folder)).catch(() => []);
    for (const path of names.map((name) => `${folder}/${name}`)) {
      if (files.has(path)) continue;
      const text = await readFile(join(directory, path), 'utf8').catch(() => '');
      // What somebody wrote by hand is not ours to remove.
      if (text.startsWith(GENERATED_MARK)) stale.push(path);
    }
  }
  return stale;
}

/** Makes a folder hold what is generated, and says which paths it changed. */
export async function writeFiles(directory: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const stale = await staleFiles(directory, files);
  for (const path of stale) {
    const text = files.get(path);
    if (text === undefined) await rm(join(directory, path));
    else {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
  }
  return stale;
}
