import type { Input } from '../../domain/contract/inputs.ts';
import type { Leak, LeakSource } from '../../domain/leaks/leak.ts';
import type { MinuteRange } from '../../domain/rollup/append-minutes.ts';
import type { PartitionWatermark } from '../../domain/rollup/lowest-watermark.ts';
import type { SloAdjustment } from '../../domain/slo/adjustments.ts';
import type { WindowName } from '../../domain/slo/windows.ts';
import type { CountRow } from './counts/fold-tail.ts';
import type { DriftReference, DriftResult, OutcomeCount } from './drift/judge-drift.ts';
import type { StoredText } from './leak-scan/find-leaks.ts';
import type { LabelledBlocks, ReviewResult } from './review/judge-review.ts';
import type { BudgetClock } from './slo/budget-clock.ts';
import type { SloCounts } from './slo/judge-window.ts';
import type { ServiceReading } from './slo/service-reading.ts';

/** Which minutes are closed, and which could be. All times in Unix milliseconds. */
export interface MinuteLedger {
  readProgress(): Promise<readonly PartitionWatermark[]>;
  /** End of the last closed minute, and how long minutes were when it was closed. */
  readLastClosed(): Promise<{ readonly endMs: number; readonly bucketMs: number } | null>;
  /** When the oldest record of the store was appended. */
  readFirstAppend(): Promise<number | null>;
  /** Declares minutes closed. Their results must be stored already. */
  close(range: MinuteRange): Promise<void>;
}

/** Computes rows from raw records, within the store. Repeating a range gives the same rows. */
export interface Rollups {
  rollUp(range: MinuteRange): Promise<void>;
}

export interface DriftStore {
  readReferences(): Promise<readonly DriftReference[]>;
  /** Counts per append minute: all policies in the current windows of the range; those without a reference further back. */
  readOutcomeCounts(range: MinuteRange): Promise<readonly OutcomeCount[]>;
  saveReferences(references: readonly DriftReference[]): Promise<void>;
  saveResults(results: readonly DriftResult[]): Promise<void>;
}

export interface ReviewStore {
  /** For each minute of the range: labelled blocks of the window that ends with it. */
  readLabelledBlocks(range: MinuteRange): Promise<readonly LabelledBlocks[]>;
  /** Tenants, each with the minute in which it was first heard of. */
  readTenants(): Promise<readonly { readonly tenant: string; readonly firstMinuteMs: number }[]>;
  saveResults(results: readonly ReviewResult[]): Promise<void>;
}

/** Windows over which quarantined records are counted. */
export const QUARANTINE_WINDOWS: readonly WindowName[] = ['5m', '1h', '1d'];

/** Windows of what is read from the records themselves (quantiles of latency, distinct sessions): short ones. */
export const RECORD_WINDOWS: readonly WindowName[] = ['5m', '1h'];
export const QUANTILES: readonly number[] = [0.5, 0.9, 0.99];

/** Windows over which minutes of drift are counted. */
export const DRIFT_WINDOWS: readonly WindowName[] = ['1h', '1d'];

/** What is read for `/metrics`, as of the end of the last closed minute. */
export interface Readings {
  /** Null before the first minute is closed. */
  readonly clock: BudgetClock | null;
  readonly services: readonly ServiceReading[];
  readonly counts: readonly SloCounts[];
  readonly drift: readonly DriftResult[];
  readonly review: readonly ReviewResult[];
  /** The most missing first. */
  readonly missing: readonly MissingSequences[];
  /** `counts` is in the order of QUARANTINE_WINDOWS. */
  readonly quarantined: readonly { readonly reason: string; readonly counts: readonly number[] }[];
  readonly metricCounts: readonly CountRow[];
  readonly levels: Levels;
}

/** What stands at the end of the minute and is no sum of minutes. */
export interface Levels {
  /** Microseconds, for each of RECORD_WINDOWS one for each of QUANTILES; empty without decisions. */
  readonly latency: readonly (OfService & {
    readonly cached: string;
    readonly windows: readonly (readonly number[])[];
  })[];
  /** Distinct sessions, for each of RECORD_WINDOWS. */
  readonly sessionsBlocked: readonly (OfService & { readonly sessions: readonly number[] })[];
  /** Of services that were heard of lately. */
  readonly backlog: readonly (OfService & { readonly events: number })[];
  readonly reviewQueue: readonly (OfService & { readonly depth: number; readonly oldestMs: number })[];
  /** In the order of DRIFT_WINDOWS; the most judged first, as labelled ones below. */
  readonly driftMinutes: readonly (OfPolicy & {
    readonly judged: readonly number[];
    readonly alerted: readonly number[];
  })[];
  readonly labelledAllows: readonly (OfPolicy & { readonly labelled: number; readonly violating: number })[];
  /** What a sample for review was drawn from within 30 days, and what was said of it. */
  readonly strata: readonly (OfPolicy & {
    readonly stratum: string;
    readonly population: number;
    readonly labelled: number;
    readonly violating: number;
  })[];
  /** Of 30 days, by severity and policy ('' for none): `weighted` sums confidences, `detectionUs` those that are timed. */
  readonly incidents: readonly (OfPolicy & {
    readonly severity: string;
    readonly opened: number;
    readonly weighted: number;
    readonly timed: number;
    readonly detectionUs: number;
  })[];
}

interface OfService {
  readonly tenant: string;
  readonly service: string;
}

interface OfPolicy {
  readonly tenant: string;
  readonly policy: string;
}

interface MissingSequences {
  readonly tenant: string;
  /** Null: no life of any of the tenant's enforcers can be judged. */
  readonly missing: number | null;
  /** Enforcers whose completeness is unknown. */
  readonly unnumbered: number;
}

/** Where resets, exclusions and corrections of budgets are recorded. */
export interface AdjustmentSource {
  /** Those that were recorded before a time (Unix ms), so that an evaluation can be repeated. */
  read(beforeMs: number): Promise<readonly SloAdjustment[]>;
}

export interface ReadingSource {
  read(endMs: number): Promise<Readings>;
}

/** Which stored records have been looked through again, and what was found. Partitions are named `<topic>/<partition>`. */
export interface LeakScanStore {
  /** Every offset below it has been looked at under the newest ruleset. */
  readCursors(): Promise<ReadonlyMap<string, number>>;
  /** Every offset below it is recorded. */
  readEnds(): Promise<ReadonlyMap<string, number>>;
  /** Texts of the records in a range of offsets that were made by other rules than the newest, in offset order. */
  readTexts(
    input: Input,
    partition: number,
    range: { readonly from: number; readonly to: number; readonly limit: number },
  ): Promise<
    readonly { readonly offset: number; readonly tenantId: string; readonly fields: readonly StoredText[] }[]
  >;
  saveLeaks(leaks: readonly Leak[]): Promise<void>;
  saveCursor(topic: string, partition: number, nextOffset: number): Promise<void>;
}

/** Leaks that nobody has acknowledged, by source: all of them, with 0 for none. */
export type UnacknowledgedLeaks = ReadonlyMap<LeakSource, number>;
