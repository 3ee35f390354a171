import type { SchemaRegistry } from '../contract/registry.ts';
import type { TextRedactor } from '../redaction/text-redactor.ts';
import type { TokenMaker } from './redact-event.ts';
import type { SourceRecord } from './source-record.ts';

/** What decides, beside the schemas of an input, how its events become records. */
export interface RecordingRules {
  readonly registry: SchemaRegistry;
  readonly redactor: TextRedactor;
  readonly makeToken: TokenMaker;
  /** Encrypts the content of a record that goes to quarantine; null if it has no value. */
  readonly sealPayload: (record: SourceRecord) => Buffer | null;
}
