import type { TextRedactor } from '../redaction/text-redactor.ts';
import type { EventRow } from './event-row.ts';
import type { RecordedColumns } from './recorded-columns.ts';
import type { WireReader } from './wire-reader.ts';

/** Reads a part of an event from the wire into its columns. Throws UnusualRecord (wire-reader.ts). */
export type ReadPart = (wire: WireReader, row: EventRow) => void;

export interface EventRules {
  readonly columns: RecordedColumns;
  readonly redactor: TextRedactor;
  /** The tenant of the event that is being read, once that has been read. */
  readonly tenantOf: () => string;
  /** Paths of the texts that may not be empty, such as `enforcer.id`. */
  readonly requiredPaths: ReadonlySet<string>;
}
