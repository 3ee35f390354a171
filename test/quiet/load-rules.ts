import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readSlos } from '../../deploy/prometheus/render-rules.ts';
import type { RuleGroup } from '../../domain/slo/rule-shapes.ts';
import type { Rules } from './evaluate-rules.ts';
import type { SimulatedSlo } from './fleet.ts';

const root = join(import.meta.dirname, '../..');

/**
 * The committed rules, as Prometheus reads them, with the objectives that they are generated from. `leftOut`: names of
 * objectives over slices, which are not simulated, and whose rules have nothing to see.
 */
export async function loadRules(): Promise<{
  readonly rules: Rules;
  readonly slos: readonly SimulatedSlo[];
  readonly leftOut: readonly string[];
}> {
  const file = join(root, 'deploy/prometheus/rules/docket-slos.yml');
  const { groups }: { groups: readonly RuleGroup[] } = parse(await readFile(file, 'utf8'));
  const all = await readSlos(join(root, 'config/slos'));
  const slos = all.filter((slo): slo is SimulatedSlo => slo.budgeting !== 'timeslices');
  return {
    rules: { file, groups },
    slos,
    leftOut: all.filter(({ budgeting }) => budgeting === 'timeslices').map(({ name }) => name),
  };
}
