import { Buffer } from 'node:buffer';
import { compileDecoder } from '../avro/decode.ts';
import { compileEncoder } from '../avro/encode.ts';
import type { RecordType } from '../avro/schema.ts';
import { maskJson } from '../redaction/mask-json.ts';
import type { Ruleset } from '../redaction/ruleset.ts';
import type { MaskErasable } from './people-columns.ts';

/** Stands for what could not be looked through: too long, or nested too deep. */
const UNREADABLE = '"[MASKED]"';
const MASKED_FIELDS = ['input', 'output'] as const;

/**
 * Compiles what is taken out of erasable data before it is sealed: values that a ruleset masks by their place or name
 * in `input` and `output`. What cannot be looked through is taken out whole.
 * @param event the schema of the event, whose field `erasable` is meant. Throws an Error where it has none.
 */
export function compileErasableMask(event: RecordType, ruleset: Ruleset): MaskErasable {
  const type = erasableOf(event);
  const decode = compileDecoder(type);
  const encode = compileEncoder(type);
  return (erasable, tenant) => {
    const decoded = decode(Buffer.from(erasable.buffer, erasable.byteOffset, erasable.byteLength));
    if (!decoded.ok) throw new Error('an erasable record that was read cannot be decoded');
    const { value } = decoded;
    let isMasked = false;
    for (const field of MASKED_FIELDS) {
      const text = value[field];
      if (typeof text !== 'string') continue;
      const masked = maskOrTakeOut(text, ruleset, tenant);
      if (masked === text) continue;
      value[field] = masked;
      isMasked = true;
    }
    return { erasable: isMasked ? encode(value) : erasable, isMasked };
  };
}

function maskOrTakeOut(text: string, ruleset: Ruleset, tenant: string): string {
  try {
    return maskJson(text, ruleset, tenant);
  } catch {
    return UNREADABLE;
  }
}

function erasableOf(event: RecordType): RecordType {
  const field = event.fields.find(({ name }) => name === 'erasable');
  if (field?.type.kind === 'nullable' && field.type.of.kind === 'record') return field.type.of;
  throw new Error('erasable must be a nullable record');
}
