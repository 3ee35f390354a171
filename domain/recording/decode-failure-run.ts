import type { RejectReason } from '../contract/reject-reason.ts';

/** So many records in a row that cannot be decoded are no bad records any more: the recorder does not know the form. */
const STOPPING_RUN = 1_000;

/** Records in a row, up to where a partition was recorded, that could not be decoded. */
export interface DecodeFailureRun {
  readonly length: number;
  /** The tenant of the last of them whose tenant is known. */
  readonly tenant: string | null;
  /** Position in the run, counted from 1, of the last one of another tenant; 0 if there is none. */
  readonly otherAt: number;
}

export const NO_RUN: DecodeFailureRun = { length: 0, tenant: null, otherAt: 0 };

/** The run with one more record. A record whose tenant is unknown makes it longer, and is no evidence of a second one. */
export function extendRun(run: DecodeFailureRun, tenant: string | null): DecodeFailureRun {
  const length = run.length + 1;
  if (tenant === null || tenant === run.tenant) return { ...run, length };
  return { length, tenant, otherAt: run.tenant === null ? 0 : run.length };
}

/**
 * Whether the last 1,000 records, of two tenants or more, all failed. One tenant alone may send nonsense for as long
 * as it likes: that must not stop the others of its partition.
 */
export function stopsPartition({ length, otherAt }: DecodeFailureRun): boolean {
  return length >= STOPPING_RUN && otherAt > length - STOPPING_RUN;
}

/** Reasons that say "not even decoded": what a schema that this recorder does not have yet looks like. */
const UNDECODED: Readonly<Record<RejectReason, boolean>> = {
  truncated: true,
  trailing_bytes: true,
  invalid_utf8: true,
  invalid_number: true,
  invalid_enum: true,
  invalid_union: true,
  too_many_items: true,
  empty_record: true,
  unknown_wire_form: true,
  unknown_fingerprint: true,
  unknown_schema_id: true,
  wrong_schema: true,
  oversized_record: false,
  empty_tenant: false,
  empty_identity: false,
  value_outside_grammar: false,
  number_not_finite: false,
  number_out_of_range: false,
  time_out_of_range: false,
  keys_not_canonical: false,
  text_too_long: false,
  redaction_failed: false,
  already_replayed: false,
  internal_error: false,
};

/** Whether a reason is one of those. */
export function isDecodeFailure(reason: RejectReason): boolean {
  return UNDECODED[reason];
}
