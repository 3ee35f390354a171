/** Writes the dashboards' JSON beside their sources; `--check` only says whether it is current, with exit code 1. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderOnCall } from './on-call.ts';

const FILE = join(import.meta.dirname, 'on-call.json');

async function main(argv: readonly string[]): Promise<number> {
  const unknown = argv.filter((argument) => argument !== '--check');
  if (unknown.length > 0) throw new Error(`unknown argument ${unknown.join(' ')}; only --check is known`);
  const text = renderOnCall();
  const isCurrent = (await readFile(FILE, 'utf8').catch(() => null)) === text;
  if (argv.includes('--check')) {
    if (isCurrent) return 0;
    process.stderr.write('stale: dashboards/on-call.json. Run `node dashboards/generate.ts`.\n');
    return 1;
  }
  if (!isCurrent) await writeFile(FILE, text);
  process.stdout.write(`dashboards/on-call.json ${isCurrent ? 'is up to date' : 'written'}\n`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
