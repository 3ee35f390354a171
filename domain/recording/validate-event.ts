import type { AvroType, RecordField, RecordType } from '../avro/schema.ts';
import { compareUtf8 } from '../contract/key-values.ts';
import { fitsSafeGrammar } from '../contract/safe-grammar.ts';
import { MAX_BOX_SUBJECTS } from '../erasure/erasable-box.ts';
import type { EventFields } from './decode-event.ts';
import { emit, type Rejection, reject, type Verdict } from './verdict.ts';

type Check = (value: unknown) => Rejection | null;

/** 2105-01-01T00:00:00Z in microseconds: past it, ClickHouse's minute arithmetic wraps into the past. */
export const END_OF_TIME_US = 4_260_211_200_000_000;
/** Longest text that is looked through for personal data. */
export const MAX_TEXT_BYTES = 256 * 1024;
/** Longest id of a person. */
export const MAX_PERSON_BYTES = 1024;
/** Subjects of one record; its principal may be one more. */
export const MAX_SUBJECTS = MAX_BOX_SUBJECTS - 1;

/**
 * Compiles the checks that a schema's types cannot make: a tenant, safe text within its grammar, finite and
 * non-negative numbers, times between 1970 and 2105, keys unique and sorted, no more people than a box can name.
 */
export function compileValidateStage(
  type: RecordType,
  identityPaths: readonly string[],
): (event: EventFields) => Verdict<EventFields> {
  const check = compileRecord(type, '', new Set(identityPaths));
  return (event) => {
    if (event.tenant_id === '') return reject('empty_tenant', 'tenant_id');
    return check(event) ?? emit(event);
  };
}

function compileRecord(type: RecordType, at: string, identityPaths: ReadonlySet<string>): Check {
  const checks = type.fields.flatMap((field) => {
    const path = at === '' ? field.name : `${at}.${field.name}`;
    if (field.name === 'erasable') return [{ name: field.name, check: checkErasable }];
    const check = compile(field.type, field, path, identityPaths);
    return check === null ? [] : [{ name: field.name, check }];
  });
  return (value) => {
    const record = value as Record<string, unknown>;
    for (const { name, check } of checks) {
      const rejection = check(record[name]);
      if (rejection !== null) return rejection;
    }
    return null;
  };
}

function compile(
  type: AvroType,
  field: RecordField,
  at: string,
  identityPaths: ReadonlySet<string>,
): Check | null {
  switch (type.kind) {
    case 'record':
      return compileRecord(type, at, identityPaths);
    case 'nullable': {
      const check = compile(type.of, field, at, identityPaths);
      return check === null ? null : (value) => (value === null ? null : check(value));
    }
    case 'array':
      return compileArray(type.items, field, at, identityPaths);
    case 'string':
      return compileText(field, at, identityPaths.has(at));
    case 'double':
      return (value) => (Number.isFinite(value) ? null : reject('number_not_finite', at));
    case 'int':
      return (value) => ((value as number) >= 0 ? null : reject('number_out_of_range', at));
    case 'long':
      return compileLong(type.logicalType !== null, at);
    default:
      return null;
  }
}

function compileLong(isTime: boolean, at: string): Check {
  if (!isTime) return (value) => ((value as number) >= 0 ? null : reject('number_out_of_range', at));
  return (value) => {
    const time = value as number;
    return time >= 0 && time < END_OF_TIME_US ? null : reject('time_out_of_range', at);
  };
}

/** Of erasable data only whom it is about is looked at: the rest is for nobody's eyes. */
function checkErasable(value: unknown): Rejection | null {
  const erasable = value as {
    readonly subjects?: readonly string[];
    readonly principal?: string | null;
  } | null;
  if (erasable === null || erasable === undefined) return null;
  const { subjects = [], principal = null } = erasable;
  if (subjects.length > MAX_SUBJECTS) return reject('too_many_items', 'erasable.subjects');
  if (subjects.some((subject) => isLonger(subject, MAX_PERSON_BYTES)))
    return reject('text_too_long', 'erasable.subjects');
  if (principal !== null && isLonger(principal, MAX_PERSON_BYTES))
    return reject('text_too_long', 'erasable.principal');
  return null;
}

function isLonger(text: string, maxBytes: number): boolean {
  return text.length > maxBytes || Buffer.byteLength(text) > maxBytes;
}

function compileText(field: RecordField, at: string, isIdentity: boolean): Check {
  if (field.fieldClass !== 'safe') {
    const maxBytes = field.fieldClass === 'token' ? MAX_PERSON_BYTES : MAX_TEXT_BYTES;
    return (value) => (isLonger(value as string, maxBytes) ? reject('text_too_long', at) : null);
  }
  return (value) => {
    if (isIdentity && value === '') return reject('empty_identity', at);
    return fitsSafeGrammar(value as string) ? null : reject('value_outside_grammar', at);
  };
}

function compileArray(
  items: AvroType,
  field: RecordField,
  at: string,
  identityPaths: ReadonlySet<string>,
): Check | null {
  const check = compile(items, field, at, identityPaths);
  const keyed = items.kind === 'record' && items.name.endsWith('.KeyValue');
  return (value) => {
    const list = value as readonly unknown[];
    if (keyed && !keysAreCanonical(list as readonly { key: string }[]))
      return reject('keys_not_canonical', at);
    for (const item of list) {
      const rejection = check?.(item) ?? null;
      if (rejection !== null) return rejection;
    }
    return null;
  };
}

function keysAreCanonical(pairs: readonly { readonly key: string }[]): boolean {
  return pairs.every((pair, index) => {
    const before = pairs[index - 1];
    return before === undefined || compareUtf8(before.key, pair.key) < 0;
  });
}
