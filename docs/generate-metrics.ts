/** Writes docs/metrics.md from the catalogue; `--check` only says whether it is current, with exit code 1. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COUNTS } from '../domain/metrics/catalogue.ts';
import { ENFORCEMENT_METRICS } from '../domain/metrics/enforcement-metrics.ts';
import { OVERSIGHT_METRICS } from '../domain/metrics/oversight-metrics.ts';
import { POLICY_METRICS } from '../domain/metrics/policy-metrics.ts';
import { renderCatalogue } from '../domain/metrics/render-catalogue.ts';

const FILE = join(import.meta.dirname, 'metrics.md');

async function main(argv: readonly string[]): Promise<number> {
  const unknown = argv.filter((argument) => argument !== '--check');
  if (unknown.length > 0) throw new Error(`unknown argument ${unknown.join(' ')}; only --check is known`);
  const sections = [
    { title: 'Enforcement', metrics: ENFORCEMENT_METRICS },
    { title: 'Policies', metrics: POLICY_METRICS },
    { title: 'Oversight', metrics: OVERSIGHT_METRICS },
  ];
  const text = renderCatalogue(sections, COUNTS);
  const isCurrent = (await readFile(FILE, 'utf8').catch(() => null)) === text;
  if (argv.includes('--check')) {
    if (isCurrent) return 0;
    process.stderr.write('stale: docs/metrics.md. Run `node docs/generate-metrics.ts`.\n');
    return 1;
  }
  if (!isCurrent) await writeFile(FILE, text);
  process.stdout.write(`docs/metrics.md ${isCurrent ? 'is up to date' : 'written'}\n`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
