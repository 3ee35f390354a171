import assert from 'node:assert/strict';
import { test } from 'node:test';
import avro from 'avsc';
import type { AvroType, RecordType } from '../../domain/avro/schema.ts';
import { parseSchema } from '../../domain/avro/schema.ts';
import { INPUTS } from '../../domain/contract/inputs.ts';
import { readSchemaText, staleFiles, workingSubjects } from '../../schemas/generate.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';

const registry = loadReleasedSchemas();

/** Whether data of `writerText` can be read as `readerText`, by another Avro library. */
function canRead(readerText: string, writerText: string): boolean {
  const read = (text: string) => avro.Type.forSchema(JSON.parse(text), { logicalTypes: {} });
  try {
    read(readerText).createResolver(read(writerText));
    return true;
  } catch {
    return false;
  }
}

test('the working schema of every subject can read every release of it (BACKWARD_TRANSITIVE)', () => {
  assert.ok(workingSubjects().length >= INPUTS.length * 2 + 3);
  for (const subject of workingSubjects()) {
    const releases = registry.all.filter((schema) => schema.subject === subject);
    assert.ok(releases.length > 0, `${subject} is not released; run: npx docket schema release`);
    for (const release of releases) {
      assert.ok(
        canRead(readSchemaText(subject), release.text),
        `${subject} cannot read its version ${release.version}`,
      );
    }
  }
});

test('what is in force is what is released: every working schema equals its newest release', () => {
  for (const subject of workingSubjects()) {
    assert.equal(
      readSchemaText(subject),
      registry.newest(subject).text,
      `${subject}; run: npx docket schema release`,
    );
  }
});

test('the compatibility check can fail: a new field without a default is caught', () => {
  const before = '{"type":"record","name":"R","fields":[{"name":"a","type":"long"}]}';
  const after =
    '{"type":"record","name":"R","fields":[{"name":"a","type":"long"},{"name":"b","type":"long"}]}';
  assert.equal(canRead(after, before), false);
});

test('recorded schemas and event types are what deriving them gives', () => {
  assert.deepEqual(
    staleFiles().map((file) => file.url.pathname.split('/').at(-1)),
    [],
  );
});

test('every field has a doc and every field that is no container exactly one class', () => {
  for (const subject of workingSubjects()) {
    walk(parseSchema(readSchemaText(subject)), subject, (path, field) => {
      assert.notEqual(field.doc, '', `${path} has no doc`);
      if (!isContainer(field.type)) assert.notEqual(field.fieldClass, null, `${path} has no class`);
    });
  }
});

test('nothing of class token or drop, and nothing erasable, is in a recorded schema', () => {
  for (const { subject } of INPUTS) {
    const gone = new Set<string>();
    walk(registry.newest(subject).type, '', (path, field) => {
      if (field.fieldClass === 'token' || field.fieldClass === 'drop' || field.name === 'erasable')
        gone.add(path);
    });
    walk(registry.newest(`recorded-${subject}`).type, '', (path, field) => {
      assert.ok(!gone.has(path), `${path} of ${subject} must not be recorded`);
      assert.match(field.fieldClass ?? 'safe', /^(safe|text)$/);
    });
  }
});

function walk(
  type: RecordType,
  at: string,
  visit: (path: string, field: RecordType['fields'][number]) => void,
): void {
  for (const field of type.fields) {
    const path = `${at}.${field.name}`;
    visit(path, field);
    const inner = innermost(field.type);
    if (inner.kind === 'record') walk(inner, path, visit);
  }
}

function innermost(type: AvroType): AvroType {
  if (type.kind === 'nullable') return innermost(type.of);
  return type.kind === 'array' ? innermost(type.items) : type;
}

function isContainer(type: AvroType): boolean {
  return innermost(type).kind === 'record';
}
