/** What `node --cpu-prof` writes, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  /** Ids of the nodes on top of the stack, and the microseconds before each sample. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Waiting is no cost; what the profiler itself does is not ours. */
const NOT_COUNTED = new Set(['(idle)', '(root)']);

/** Time by the folder of the function that ran, in microseconds; garbage collection and Node's own code apart. */
export function selfTimeByStage(profile: CpuProfile): Map<string, number> {
  const stageOfNode = new Map(profile.nodes.map((node) => [node.id, stageOf(node.callFrame)]));
  const times = new Map<string, number>();
  profile.samples.forEach((id, index) => {
    const stage = stageOfNode.get(id) ?? '(unknown)';
    if (NOT_COUNTED.has(stage)) return;
    times.set(stage, (times.get(stage) ?? 0) + Math.max(0, profile.timeDeltas[index] ?? 0));
  });
  return times;
}

function stageOf({ functionName, url }: { functionName: string; url: string }): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
  if (url.startsWith('node:')) return /^node:(internal\/)?[a-z_]+/.exec(url)?.[0] ?? 'node:';
  const vendor = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url);
  if (vendor !== null) return vendor[1] ?? '';
  return /\/((?:domain|platform|services|schemas|test)\/[^/]+)(?:\/|$)/.exec(url)?.[1] ?? '(other)';
}
