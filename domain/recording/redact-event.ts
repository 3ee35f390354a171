import { Buffer } from 'node:buffer';
import { compileEncoder } from '../avro/encode.ts';
import type { AvroType, RecordType } from '../avro/schema.ts';
import { compareUtf8 } from '../contract/key-values.ts';
import { eraseCommitment } from '../contract/leaf.ts';
import { seeUnexcused } from '../final-gate/excuse-forms.ts';
import { BLANKED, FINAL_GATE_RULE } from '../final-gate/final-gate.ts';
import type { TextRedactor } from '../redaction/text-redactor.ts';
import type { EventFields } from './decode-event.ts';
import { emit, reject, type Verdict } from './verdict.ts';

interface RedactionNote {
  readonly path: string;
  readonly class: string;
  readonly rule: string;
  readonly count: number;
}

export interface RedactedEvent {
  /** What may be recorded: safe fields as they came, text redacted. */
  readonly fields: EventFields;
  /** Sorted by path, then rule. */
  readonly notes: readonly RedactionNote[];
  readonly eraseCommitment: Buffer | null;
}

/** Told of every text before it is looked through, and of what was found. */
interface Reading {
  readonly tenantId: string;
  found(path: string, rule: string, count: number): void;
  reading(text: string): void;
}
type Keep = (value: unknown, note: Reading) => unknown;

/** All text of one event, in UTF-16 units: what one event may cost must have a bound. */
export const MAX_EVENT_TEXT_UNITS = 256 * 1024;

class TextBudgetExceeded extends Error {}

/**
 * Compiles the redaction of one kind of event from the classes in its schema. A field without a class is dropped,
 * a container is what is left of its fields. A redactor that fails rejects the event: text never passes unlooked at.
 * What the redactor lets pass and the final gate does not is blanked.
 */
export function compileRedactStage(
  type: RecordType,
  redactor: TextRedactor,
): (event: EventFields) => Verdict<RedactedEvent> {
  const keep = compileRecord(type, '', redactor);
  const commit = compileCommitment(type);
  return (event) => {
    const counts = new Map<string, number>();
    let textUnits = 0;
    let fields: EventFields;
    try {
      fields = keep(event, {
        tenantId: String(event.tenant_id),
        found: (path, rule, count) => {
          const key = `${path}\0${rule}`;
          counts.set(key, (counts.get(key) ?? 0) + count);
        },
        reading: (text) => {
          textUnits += text.length;
          if (textUnits > MAX_EVENT_TEXT_UNITS) throw new TextBudgetExceeded();
        },
      }) as EventFields;
    } catch (error) {
      return reject(error instanceof TextBudgetExceeded ? 'text_too_long' : 'redaction_failed');
    }
    return emit({ fields, notes: toNotes(counts), eraseCommitment: commit(event) });
  };
}

function toNotes(counts: ReadonlyMap<string, number>): RedactionNote[] {
  return [...counts.keys()].sort(compareUtf8).map((key) => {
    const [path = '', rule = ''] = key.split('\0');
    return { path, class: 'text', rule, count: counts.get(key) ?? 0 };
  });
}

function compileRecord(type: RecordType, at: string, redactor: TextRedactor): Keep {
  const kept = type.fields.flatMap((field) => {
    if (field.name === 'erasable') return [];
    const path = at === '' ? field.name : `${at}.${field.name}`;
    const keep = compileField(field.type, field.fieldClass, path, redactor);
    return keep === null ? [] : [{ name: field.name, keep }];
  });
  return (value, note) => {
    const record: EventFields = {};
    for (const { name, keep } of kept) record[name] = keep((value as EventFields)[name], note);
    return record;
  };
}

function compileField(
  type: AvroType,
  fieldClass: string | null,
  path: string,
  redactor: TextRedactor,
): Keep | null {
  if (fieldClass === 'safe') return (value) => value;
  if (fieldClass === 'text') return compileText(type, path, redactor);
  if (fieldClass !== null) return null;
  if (type.kind === 'record') return compileRecord(type, path, redactor);
  if (type.kind === 'nullable') {
    const keep = compileField(type.of, null, path, redactor);
    return keep === null ? null : (value, note) => (value === null ? null : keep(value, note));
  }
  if (type.kind === 'array') {
    const keep = compileField(type.items, null, path, redactor);
    return keep === null ? null : (value, note) => (value as unknown[]).map((item) => keep(item, note));
  }
  return null;
}

function compileText(type: AvroType, path: string, redactor: TextRedactor): Keep {
  if (type.kind === 'nullable') {
    const keep = compileText(type.of, path, redactor);
    return (value, note) => (value === null ? null : keep(value, note));
  }
  return (value, note) => {
    note.reading(value as string);
    const redacted = redactor.redact(value as string, note.tenantId);
    for (const finding of redacted.findings) note.found(path, finding.rule, finding.count);
    const kept = Buffer.from(redacted.text, 'utf8');
    if (seeUnexcused(kept, 0, kept.length, redactor.judgeAgain, note.tenantId) === null) return redacted.text;
    note.found(path, FINAL_GATE_RULE, 1);
    return BLANKED;
  };
}

function compileCommitment(type: RecordType): (event: EventFields) => Buffer | null {
  const field = type.fields.find((candidate) => candidate.name === 'erasable');
  if (field?.type.kind !== 'nullable' || field.type.of.kind !== 'record') return () => null;
  const encode = compileEncoder(field.type.of);
  return (event) => {
    const erasable = event.erasable as (EventFields & { salt: Uint8Array }) | null;
    return erasable === null ? null : eraseCommitment(erasable.salt, encode(erasable));
  };
}
