import type { RejectReason } from '../contract/reject-reason.ts';

/** What a stage says of one event: go on with a value, or quarantine it for a reason. Infrastructure failure throws. */
export type Verdict<T> = { readonly kind: 'emit'; readonly value: T } | Rejection;

export interface Rejection {
  readonly kind: 'reject';
  readonly reason: RejectReason;
  /** Path of the field it is about, never its value. */
  readonly field: string | null;
}

export function emit<T>(value: T): Verdict<T> {
  return { kind: 'emit', value };
}

export function reject(reason: RejectReason, field: string | null = null): Rejection {
  return { kind: 'reject', reason, field };
}
