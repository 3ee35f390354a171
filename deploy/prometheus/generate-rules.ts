/**
 * Writes what is generated below this folder from config/slos and inventory.yaml; `--check` only says whether it
 * is current, with exit code 1 when it is not.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readInventory, readSlos, renderDeployment } from './render-rules.ts';

const directory = import.meta.dirname;

async function main(argv: readonly string[]): Promise<number> {
  const unknown = argv.filter((argument) => argument !== '--check');
  if (unknown.length > 0) throw new Error(`unknown argument ${unknown.join(' ')}; only --check is known`);
  const slos = await readSlos(join(directory, '../../config/slos'));
  const files = renderDeployment(slos, await readInventory(join(directory, 'inventory.yaml')));
  const stale = await staleFiles(files);
  if (argv.includes('--check')) {
    if (stale.length === 0) return 0;
    const command = 'node deploy/prometheus/generate-rules.ts';
    process.stderr.write(`stale below deploy/prometheus: ${stale.join(', ')}. Run \`${command}\`.\n`);
    return 1;
  }
  for (const path of stale) {
    const text = files.get(path);
    if (text === undefined) await rm(join(directory, path));
    else {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
  }
  process.stdout.write(`${stale.length} of ${files.size} generated files changed\n`);
  return 0;
}

// Files that differ, are missing, or belong to an SLO that is no more.
async function staleFiles(files: ReadonlyMap<string, string>): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, text] of files) {
    const current = await readFile(join(directory, path), 'utf8').catch(() => null);
    if (current !== text) stale.push(path);
  }
  for (const folder of ['rules', 'tests']) {
    const names = await readdir(join(directory, folder)).catch(() => []);
    stale.push(...names.map((name) => `${folder}/${name}`).filter((path) => !files.has(path)));
  }
  return stale;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
