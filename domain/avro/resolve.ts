import type { AvroType, RecordType } from './schema.ts';

/**
 * Compiles a step from a writer's record to the reader's: fields the reader does not know vanish, fields the writer
 * did not have take the reader's default. Schema evolution is held to this by test/contract/compatibility.test.ts.
 * Throws at compile time when a field has neither.
 */
export function compileProjection(
  writer: RecordType,
  reader: RecordType,
): (value: Record<string, unknown>) => Record<string, unknown> {
  return project(writer, reader) as (value: Record<string, unknown>) => Record<string, unknown>;
}

function project(writer: AvroType, reader: AvroType): (value: unknown) => unknown {
  if (reader.kind === 'nullable') {
    const inner = project(writer.kind === 'nullable' ? writer.of : writer, reader.of);
    return (value) => (value === null ? null : inner(value));
  }
  if (reader.kind === 'array' && writer.kind === 'array') {
    const item = project(writer.items, reader.items);
    return (value) => (value as unknown[]).map(item);
  }
  if (reader.kind === 'record' && writer.kind === 'record') return projectRecord(writer, reader);
  return (value) => value;
}

function projectRecord(writer: RecordType, reader: RecordType): (value: unknown) => unknown {
  const steps = reader.fields.map((field) => {
    const source = writer.fields.find((candidate) => candidate.name === field.name);
    if (source !== undefined) {
      const step = project(source.type, field.type);
      return { name: field.name, from: (record: Record<string, unknown>) => step(record[field.name]) };
    }
    const fallback = field.default;
    if (fallback === null) throw new Error(`schema: field ${field.name} of ${reader.name} needs a default`);
    return { name: field.name, from: () => structuredClone(fallback.value) };
  });
  return (value) => {
    const record: Record<string, unknown> = {};
    for (const step of steps) record[step.name] = step.from(value as Record<string, unknown>);
    return record;
  };
}
