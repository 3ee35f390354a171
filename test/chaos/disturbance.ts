import type { LogBoundsReader } from '../../platform/kafka/log-bounds.ts';
import type { ChaosStack } from './chaos-stack.ts';
import type { Load } from './start-load.ts';

/** What nothing else may disturb while a disturbance lasts. */
export const LANES = [
  'recorder-1',
  'recorder-2',
  'guest',
  'engine',
  'vault',
  'broker',
  'proxy',
  'log',
] as const;
export type Lane = (typeof LANES)[number];

/** What came of a disturbance. */
interface Effect {
  /** Processes killed or stopped, or connections cut: one for each blow, however many connections it hit. */
  readonly kills: number;
  /** Those of them that ended a process. */
  readonly processKills: number;
}

export interface Stage {
  readonly stack: ChaosStack;
  readonly load: Load;
  readonly log: LogBoundsReader;
  readonly journal: (line: string) => void;
  /** By `topic/partition`: offsets that the log gave up before they were recorded. They must be `lost`, and only they. */
  readonly trimmed: Map<string, Set<number>>;
}

export interface Disturbance {
  readonly kind: string;
  /** What it does, with the numbers that were drawn for it. */
  readonly says: string;
  readonly lanes: readonly Lane[];
  /** Time between doing and undoing. */
  readonly lastsMs: number;
  /** Does it; the result undoes it and tells what it was. */
  begin(stage: Stage): Promise<() => Promise<Effect>>;
}

/** Draws a disturbance of one kind, with all that is random about it. */
export type Draw = (random: () => number) => Disturbance;

/** One of the two recorders. */
export function drawRecorder(random: () => number): { readonly index: 0 | 1; readonly lane: Lane } {
  return random() < 0.5 ? { index: 0, lane: 'recorder-1' } : { index: 1, lane: 'recorder-2' };
}

/** A whole number from `low` to `high`, both included. */
export function between(random: () => number, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}
