import { Buffer } from 'node:buffer';
import type { AvroType, RecordType } from '../avro/schema.ts';
import { seeUnexcused } from '../final-gate/excuse-forms.ts';
import { BLANKED } from '../final-gate/final-gate.ts';
import type { TextRedactor } from '../redaction/text-redactor.ts';
import type { EventFields } from './decode-event.ts';

/** Of a redactor, what sources need. */
export type SourceRedactor = Pick<TextRedactor, 'redact'> & Partial<Pick<TextRedactor, 'judgeAgain'>>;

export interface SourceRedaction {
  /** Null: texts are sent as they are. */
  readonly redactor: SourceRedactor | null;
  /** What becomes of the input and output of erasable data; left out, they are sent as they are. */
  readonly maskErasable?: (text: string, tenantId: string) => string;
}

type Change = (value: unknown, tenantId: string) => unknown;

const ERASABLE_TEXTS: ReadonlySet<string> = new Set(['input', 'output']);

/**
 * Compiles, from the classes in a schema, the redaction of events before they are sent: as the recorder does it, so that
 * what the recorder makes of them is the same whether they were or not (redacting twice changes nothing more). Codes,
 * ids and the subjects of erasable data stay as they are. Whatever it throws: the event must not be sent.
 * @returns null when there is nothing to do, as for a schema without text
 */
export function compileSourceRedaction(
  type: RecordType,
  redaction: SourceRedaction,
): ((event: EventFields) => EventFields) | null {
  const { redactor, maskErasable } = redaction;
  const redact: Change | null =
    redactor === null ? null : (value, tenantId) => redactText(value as string, redactor, tenantId);
  const mask: Change | null =
    maskErasable === undefined ? null : (value, tenantId) => maskErasable(value as string, tenantId);
  const change = compileRecord(type, redact, mask, false);
  return change === null ? null : (event) => change(event, String(event.tenant_id)) as EventFields;
}

function redactText(text: string, redactor: SourceRedactor, tenantId: string): string {
  const redacted = redactor.redact(text, tenantId).text;
  const bytes = Buffer.from(redacted, 'utf8');
  return seeUnexcused(bytes, 0, bytes.length, redactor.judgeAgain, tenantId) === null ? redacted : BLANKED;
}

function compileRecord(
  type: RecordType,
  redact: Change | null,
  mask: Change | null,
  isErasable: boolean,
): Change | null {
  const changes = type.fields.flatMap((field) => {
    const inErasable = isErasable || field.name === 'erasable';
    const isText = isErasable ? ERASABLE_TEXTS.has(field.name) : field.fieldClass === 'text';
    const change = compileValue(field.type, isText, redact, mask, inErasable);
    return change === null ? [] : [{ name: field.name, change }];
  });
  if (changes.length === 0) return null;
  return (value, tenantId) => {
    const record = { ...(value as EventFields) };
    for (const { name, change } of changes) record[name] = change(record[name], tenantId);
    return record;
  };
}

function compileValue(
  type: AvroType,
  isText: boolean,
  redact: Change | null,
  mask: Change | null,
  isErasable: boolean,
): Change | null {
  switch (type.kind) {
    case 'record':
      return compileRecord(type, redact, mask, isErasable);
    case 'nullable': {
      const change = compileValue(type.of, isText, redact, mask, isErasable);
      return change === null ? null : (value, tenantId) => (value === null ? null : change(value, tenantId));
    }
    case 'array': {
      const change = compileValue(type.items, isText, redact, mask, isErasable);
      return change === null
        ? null
        : (value, tenantId) => (value as readonly unknown[]).map((item) => change(item, tenantId));
    }
    case 'string':
      if (!isText) return null;
      return isErasable ? mask : redact;
    default:
      return null;
  }
}
