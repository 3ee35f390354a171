import type { BenchRun } from './benchmark.ts';
export const summary = 'TODO';
export const options = {};
export async function run(_run: BenchRun): Promise<object> {
  return {};
}
