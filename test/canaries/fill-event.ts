import { randomBytes } from 'node:crypto';
import type { AvroType, RecordType } from '../../domain/avro/schema.ts';
import type { PlaceClass } from './canary.ts';

export interface TextPlace {
  /** Such as `enforcer.id` or `labels.value`. */
  readonly path: string;
  readonly placeClass: PlaceClass;
}

/** Every text field of a schema, containers opened, with what the contract does to it. */
export function listTextPlaces(type: RecordType): readonly TextPlace[] {
  return placesOf(type, '', false);
}

function placesOf(type: RecordType, at: string, erasable: boolean): TextPlace[] {
  return type.fields.flatMap((field) => {
    const path = at === '' ? field.name : `${at}.${field.name}`;
    const inside = erasable || field.name === 'erasable';
    const inner = contentOf(field.type);
    if (inner.kind === 'record') return placesOf(inner, path, inside);
    if (inner.kind !== 'string') return [];
    return [{ path, placeClass: inside ? 'erasable' : classOf(field.fieldClass) }];
  });
}

function contentOf(type: AvroType): AvroType {
  if (type.kind === 'nullable') return contentOf(type.of);
  return type.kind === 'array' ? contentOf(type.items) : type;
}

function classOf(fieldClass: string | null): PlaceClass {
  if (fieldClass === 'safe' || fieldClass === 'text' || fieldClass === 'token') return fieldClass;
  return 'outside';
}

/** An event of a schema with nothing left out, and nothing wrong with it but what `text` puts into it. */
export function fillEvent(type: RecordType, text: (path: string) => string | null): Record<string, unknown> {
  return fillRecord(type, '', text);
}

function fillRecord(
  type: RecordType,
  at: string,
  text: (path: string) => string | null,
): Record<string, unknown> {
  return Object.fromEntries(
    type.fields.map((field) => {
      const path = at === '' ? field.name : `${at}.${field.name}`;
      return [field.name, fill(field.type, path, text)];
    }),
  );
}

function fill(type: AvroType, path: string, text: (path: string) => string | null): unknown {
  switch (type.kind) {
    case 'record':
      return fillRecord(type, path, text);
    case 'nullable':
      return fill(type.of, path, text);
    case 'array':
      return [fill(type.items, path, text)];
    case 'enum':
      return type.symbols[0];
    case 'fixed':
    case 'bytes':
      return randomBytes(type.kind === 'fixed' ? type.size : 16);
    case 'boolean':
      return false;
    case 'int':
      return 1;
    case 'long':
      return type.logicalType === 'timestamp-micros' ? Date.now() * 1000 : 1;
    case 'double':
      return 0.5;
    case 'string':
      return text(path) ?? (path === 'tenant_id' ? 'acme' : 'x1');
  }
}
