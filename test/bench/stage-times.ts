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

/** Waiting is no cost, and loading the code is none per event. */
const NOT_COUNTED = new Set(['(idle)', '(root)', 'start-up']);
/** Modules of Node's own that show up with events; the rest of it is one stage. */
const OWN_STAGES = /^(internal\/)?(crypto|buffer|net|streams|encoding|http)$/;
const START_UP = /^(internal\/(modules|bootstrap|deps|source_map|process)|path|fs|url)$/;

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
  if (url.startsWith('node:')) return nodeStage(url.slice('node:'.length));
  const vendor = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url);
  if (vendor !== null) return vendor[1] ?? '';
  return /\/((?:domain|platform|services|schemas|test)\/[^/]+)(?:\/|$)/.exec(url)?.[1] ?? '(other)';
}

function nodeStage(module: string): string {
  const name = /^(?:internal\/)?[a-z_]+/.exec(module)?.[0] ?? '';
  if (START_UP.test(name)) return 'start-up';
  return OWN_STAGES.test(name) ? `node:${name.replace('internal/', '')}` : 'node: other';
}
