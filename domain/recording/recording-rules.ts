import type { SchemaRegistry } from '../contract/registry.ts';
import type { TextRedactor } from '../redaction/text-redactor.ts';
import type { MaskErasable } from './people-columns.ts';

/** What decides, beside the schemas of an input, how its events become records. No key is among them. */
export interface RecordingRules {
  readonly registry: SchemaRegistry;
  readonly redactor: TextRedactor;
  /** What of erasable data may not even stand in a box; it is kept as it came where this is left out. */
  readonly maskErasable?: MaskErasable;
}
