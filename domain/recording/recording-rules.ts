import type { SchemaRegistry } from '../contract/registry.ts';
import type { TextRedactor } from '../redaction/text-redactor.ts';
import type { TokenMaker } from './redact-event.ts';

/** What decides, beside the schemas of an input, how its events become records. */
export interface RecordingRules {
  readonly registry: SchemaRegistry;
  readonly redactor: TextRedactor;
  readonly makeToken: TokenMaker;
}
