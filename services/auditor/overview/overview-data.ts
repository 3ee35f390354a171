import type { WindowName } from '../../../domain/slo/windows.ts';

/** What the overview page is made of, as read from the store: counts and times, never a decision. Times are Unix ms. */
export interface OverviewData {
  readonly nowMs: number;
  /** The evaluator's last closed minute; null if it never closed one. */
  readonly closed: ClosedRange | null;
  readonly outcomes: readonly OutcomeCount[];
  /** Closed minutes of the last hour, oldest first; a minute that is not closed is not here. */
  readonly minutes: readonly MinuteCount[];
  readonly services: readonly { readonly service: string; readonly observed: boolean }[];
  readonly slos: readonly SloState[];
  /** What is in force of the policies that decide in each service, as far as it is on record. */
  readonly inForce: readonly PolicyInForce[];
  readonly drift: readonly DriftRow[];
  readonly reviews: readonly ReviewRow[];
  readonly quarantine: readonly { readonly reason: string; readonly records: number }[];
  /** Quarantined records of the whole installation that name no readable tenant. */
  readonly unattributed: number;
  readonly duplicates: readonly { readonly content: string; readonly records: number }[];
  readonly enforcers: readonly EnforcerRow[];
  readonly deploys: readonly DeployRow[];
}

/** The end of the closed minutes, and how long one lasts (60 s divided by the timescale). */
export interface ClosedRange {
  readonly untilMs: number;
  readonly bucketMs: number;
}

/** Decisions of the last hour. Probes are counted apart. */
export interface OutcomeCount {
  readonly outcome: string;
  readonly mode: string;
  readonly probe: boolean;
  readonly decisions: number;
}

export interface MinuteCount {
  readonly minuteMs: number;
  readonly allowed: number;
  readonly blocked: number;
  /** Errors and undefined outcomes. */
  readonly failed: number;
  readonly other: number;
}

/** Windows of an objective whose burn is shown: those that its alerts look at, shortest first. */
export const OVERVIEW_WINDOWS = ['5m', '30m', '1h', '2h', '6h', '12h', '1d', '3d'] as const;
export type OverviewWindow = (typeof OVERVIEW_WINDOWS)[number];

export interface Counts {
  readonly bad: number;
  readonly total: number;
  /** Events that cannot be judged. */
  readonly unknown: number;
}

/** What one objective of one service stands at, as the evaluator exports it. */
export interface SloState {
  readonly slo: string;
  readonly service: string;
  /** End of the last minute that is in it. */
  readonly untilMs: number;
  /** By append time; no counts where under 90 % can be judged. */
  readonly windows: Readonly<Record<WindowName, Counts>>;
  /** Data is due. */
  readonly expected: boolean;
  /** Share that is left, by decided time; null without data. */
  readonly budgetRemaining: number | null;
  readonly budgetStartMs: number | null;
}

export interface PolicyInForce {
  readonly service: string;
  readonly policyId: string;
  readonly policyVersion: string;
  /** ACTIVATED or ROLLED_BACK. */
  readonly step: string;
  readonly sinceMs: number;
}

export interface DriftRow {
  readonly policyId: string;
  readonly psi: number | null;
  readonly pValue: number | null;
  readonly nReference: number;
  readonly nCurrent: number;
  readonly verdict: string;
  readonly minuteMs: number;
}

export interface ReviewRow {
  /** `*`: all policies. */
  readonly policyId: string;
  readonly blocksLabelled: number;
  readonly legitimate: number;
  readonly rate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly verdict: string;
}

export interface EnforcerRow {
  readonly id: string;
  readonly services: readonly string[];
  readonly lastHeardMs: number;
  /** How often it says that it is there; null if it sends no heartbeat. */
  readonly heartbeatMs: number | null;
  /** Announced sequences that are recorded nowhere; null: it does not number its decisions. */
  readonly missing: number | null;
}

export interface DeployRow {
  readonly policyId: string;
  readonly policyVersion: string;
  readonly step: string;
  readonly region: string | null;
  readonly rolloutShare: number | null;
  readonly occurredMs: number;
}
