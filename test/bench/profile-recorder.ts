import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCpuMs } from './cpu-time.ts';
import { followStored } from './measure-phase.ts';
import { countSql, newGroup, type PhaseSetting } from './phases.ts';
import { renderTable } from './render-table.ts';
import { startRecorderProcess, startVaultProcess } from './run-node.ts';
import { type CpuProfile, selfTimeByStage } from './stage-times.ts';
import { makeDirectory, nestedResources, startBenchStore } from './start-stores.ts';
import { RECORD_TABLES } from './storing-phases.ts';

const SMALLEST_SHARE = 0.005;

/**
 * Says where the recorder's time goes: records part of the topic under Node's profiler, in a pass of its own since
 * the profiler costs time itself. Resolves with the share of each
 * stage. Microseconds are shares of the CPU that the whole process took, its helper threads included.
 */
export async function profileRecorder(setting: PhaseSetting): Promise<Record<string, number>> {
  if (setting.events === 0) return {};
  await using resources = nestedResources(setting.resources);
  const { broker, events, say } = setting;
  say(`docket under the profiler, the first ${events} events …`);
  const directory = await makeDirectory(resources);
  const store = await startBenchStore(resources);
  const { vaultEnv } = await startVaultProcess(resources, broker.brokers);
  const recorder = await startRecorderProcess(resources, {
    vaultEnv,
    brokers: broker.brokers,
    clickHouseUrl: store.engine.url,
    group: newGroup('profile'),
    nodeFlags: ['--cpu-prof', `--cpu-prof-dir=${directory}`],
  });
  const recorded = await followStored(store.clickhouse, countSql(RECORD_TABLES), events);
  const cpuUs = (readCpuMs(recorder.child.pid) * 1000) / recorded;
  await recorder.child.stop();
  const [file] = readdirSync(directory);
  if (file === undefined) throw new Error('the recorder left no profile behind: it did not stop by itself');
  const profile: CpuProfile = JSON.parse(readFileSync(join(directory, file), 'utf8'));
  const shares = sharesOf(selfTimeByStage(profile));
  const rows = shares.map(([stage, share]) => [
    stage,
    `${(share * 100).toFixed(1)} %`,
    (share * cpuUs).toFixed(2),
  ]);
  say(renderTable(['stage of the recorder', 'share', 'µs/event'], rows));
  return Object.fromEntries(shares.map(([stage, share]) => [stage, Math.round(share * 1000) / 1000]));
}

/** Shares of the time, largest first; what is too small to matter together at the end. */
function sharesOf(times: ReadonlyMap<string, number>): [string, number][] {
  const total = [...times.values()].reduce((sum, us) => sum + us, 0);
  const shares = [...times]
    .map(([stage, us]): [string, number] => [stage, us / total])
    .sort(([, a], [, b]) => b - a);
  const shown = shares.filter(([, share]) => share >= SMALLEST_SHARE);
  return [...shown, ['rest', 1 - shown.reduce((sum, [, share]) => sum + share, 0)]];
}
