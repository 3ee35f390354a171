import type { DecodeFault } from '../avro/decode.ts';
import type { WireFault } from './wire.ts';

/** Why a record went to quarantine. A closed union: safe as a column, a metric label and a log field. */
export type RejectReason =
  | DecodeFault
  | WireFault
  /** The record is of another kind than its topic. */
  | 'wrong_schema'
  | 'oversized_record'
  | 'empty_tenant'
  | 'empty_identity'
  /** A safe field holds something that is no code (see safe-grammar.ts). */
  | 'value_outside_grammar'
  | 'number_not_finite'
  | 'number_out_of_range'
  /** A time before 1970 or after 2105. */
  | 'time_out_of_range'
  /** Keys that stand twice or out of order have no canonical bytes. */
  | 'keys_not_canonical'
  | 'text_too_long'
  | 'redaction_failed'
  /** A defect of ours: two ways to read it disagree. Kept for replay once that is mended. */
  | 'internal_error'
  /** It replays a quarantined record that an earlier record replays already. */
  | 'already_replayed';
