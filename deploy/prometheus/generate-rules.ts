/**
 * Writes what is generated below this folder from config/slos, config/alert-routes.yaml and inventory.yaml; `--check` only says whether it
 * is current, with exit code 1 when it is not.
 */
import { join } from 'node:path';
import { readAlertRoutes } from './read-alert-routes.ts';
import { readInventory, readSlos, renderDeployment } from './render-rules.ts';
import { staleFiles, writeFiles } from './write-rules.ts';

const directory = import.meta.dirname;

async function main(argv: readonly string[]): Promise<number> {
  const unknown = argv.filter((argument) => argument !== '--check');
  if (unknown.length > 0) throw new Error(`unknown argument ${unknown.join(' ')}; only --check is known`);
  const slos = await readSlos(join(directory, '../../config/slos'));
  const routes = await readAlertRoutes(join(directory, '../../config/alert-routes.yaml'), slos);
  const files = renderDeployment(slos, await readInventory(join(directory, 'inventory.yaml')), routes);
  if (argv.includes('--check')) {
    const stale = await staleFiles(directory, files);
    if (stale.length === 0) return 0;
    const command = 'node deploy/prometheus/generate-rules.ts';
    process.stderr.write(`stale below deploy/prometheus: ${stale.join(', ')}. Run \`${command}\`.\n`);
    return 1;
  }
  const changed = await writeFiles(directory, files);
  process.stdout.write(`${changed.length} of ${files.size} generated files changed\n`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
