import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { followStored } from './measure-phase.ts';
import { newGroup, type PhaseSetting } from './phases.ts';
import { renderTable } from './render-table.ts';
import { startRecorderProcess } from './run-node.ts';
import { type CpuProfile, selfTimeByStage } from './stage-times.ts';
import { makeDirectory, nestedResources, startBenchStore } from './start-stores.ts';
import { RECORDED_SQL } from './storing-phases.ts';

/**
 * Says where the recorder's time goes: records part of the topic under Node's profiler, in a pass of its own since
 * the profiler costs time itself. Resolves with µs per event by stage; prints them as a table.
 */
export async function profileRecorder(setting: PhaseSetting): Promise<Record<string, number>> {
  if (setting.events === 0) return {};
  await using resources = nestedResources(setting.resources);
  const { broker, events, say } = setting;
  say(`docket under the profiler, the first ${events} events …`);
  const directory = await makeDirectory(resources);
  const store = await startBenchStore(resources);
  const recorder = await startRecorderProcess(resources, {
    brokers: broker.brokers,
    clickHouseUrl: store.engine.url,
    group: newGroup('profile'),
    nodeFlags: ['--cpu-prof', `--cpu-prof-dir=${directory}`],
  });
  const recorded = await followStored(store.clickhouse, RECORDED_SQL, events);
  await recorder.child.stop();
  const [file] = readdirSync(directory);
  if (file === undefined) throw new Error('the recorder left no profile behind: it did not stop by itself');
  const profile: CpuProfile = JSON.parse(readFileSync(join(directory, file), 'utf8'));
  const times = selfTimeByStage(profile);
  const totalUs = [...times.values()].reduce((sum, us) => sum + us, 0);
  const rows = [...times].sort(([, a], [, b]) => b - a);
  const shown = rows.map(([stage, us]) => [
    stage,
    (us / recorded).toFixed(2),
    `${((us / totalUs) * 100).toFixed(1)} %`,
  ]);
  say(renderTable(['stage', 'µs/event', 'share'], shown));
  return Object.fromEntries(rows.map(([stage, us]) => [stage, Math.round((us / recorded) * 100) / 100]));
}
