/** Writes the dashboards' JSON beside their sources; `--check` only says whether it is current, with exit code 1. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ALL_DASHBOARDS } from './all-dashboards.ts';
import { renderDashboard } from './shape-dashboard.ts';

async function main(argv: readonly string[]): Promise<number> {
  const unknown = argv.filter((argument) => argument !== '--check');
  if (unknown.length > 0) throw new Error(`unknown argument ${unknown.join(' ')}; only --check is known`);
  const texts = new Map(ALL_DASHBOARDS.map((spec) => [spec.file, renderDashboard(spec)]));
  const stale: string[] = [];
  for (const [file, text] of texts) {
    const current = await readFile(join(import.meta.dirname, file), 'utf8').catch(() => null);
    if (current !== text) stale.push(file);
  }
  if (argv.includes('--check')) {
    if (stale.length === 0) return 0;
    process.stderr.write(`stale in dashboards: ${stale.join(', ')}. Run \`node dashboards/generate.ts\`.\n`);
    return 1;
  }
  for (const file of stale) await writeFile(join(import.meta.dirname, file), texts.get(file) ?? '');
  process.stdout.write(`${stale.length} of ${texts.size} dashboards changed\n`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
