import { INPUTS } from '../../domain/contract/inputs.ts';
import type { ReleasedSchema, SchemaRegistry } from '../../domain/contract/registry.ts';

/** An answer in the words of the Confluent Schema Registry's API: clients of it read these codes. */
export interface RegistryAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface SchemaAnswers {
  schemaById(id: string): RegistryAnswer;
  versionsById(id: string): RegistryAnswer;
  subjects(): RegistryAnswer;
  versions(subject: string): RegistryAnswer;
  version(subject: string, version: string): RegistryAnswer;
  types(): RegistryAnswer;
  refuseWrite(): RegistryAnswer;
}

const SUBJECT_NOT_FOUND = 40_401;
const VERSION_NOT_FOUND = 40_402;
const SCHEMA_NOT_FOUND = 40_403;
const INVALID_VERSION = 42_202;
const OPERATION_NOT_PERMITTED = 42_205;
const MAX_VERSION = 2 ** 31 - 1;

/** Answers of the read paths. What has a topic is called `<topic>-value`, as Confluent's clients expect. */
export function createSchemaAnswers(registry: SchemaRegistry): SchemaAnswers {
  const topics = new Map(INPUTS.map((input) => [input.subject, input.topic]));
  const subjectOf = (schema: ReleasedSchema) => {
    const topic = topics.get(schema.subject);
    return topic === undefined ? schema.subject : `${topic}-value`;
  };
  const named = (subject: string) =>
    registry.all.filter((schema) => subjectOf(schema) === subject).sort((a, b) => a.version - b.version);
  const byId = (id: string, answer: (schema: ReleasedSchema) => unknown) => {
    const schema = /^\d{1,9}$/.test(id) ? registry.byId(Number(id)) : undefined;
    return schema === undefined ? problem(404, SCHEMA_NOT_FOUND, 'Schema not found') : ok(answer(schema));
  };
  return {
    schemaById: (id) => byId(id, ({ text }) => ({ schema: text })),
    versionsById: (id) => byId(id, (schema) => [{ subject: subjectOf(schema), version: schema.version }]),
    subjects: () => ok([...new Set(registry.all.map(subjectOf))].sort()),
    versions: (subject) => {
      const found = named(subject);
      return found.length === 0 ? subjectNotFound() : ok(found.map((schema) => schema.version));
    },
    version: (subject, version) => {
      const found = named(subject);
      const newest = found.at(-1);
      if (newest === undefined) return subjectNotFound();
      const wanted = version === 'latest' || version === '-1' ? newest.version : Number(version);
      if (!Number.isInteger(wanted) || wanted < 1 || wanted > MAX_VERSION) {
        const message = 'The version must be a whole number from 1 to 2147483647, or "latest"';
        return problem(422, INVALID_VERSION, message);
      }
      const schema = found.find((candidate) => candidate.version === wanted);
      if (schema === undefined) return problem(404, VERSION_NOT_FOUND, 'Version not found.');
      return ok({ subject, version: schema.version, id: schema.id, schema: schema.text });
    },
    types: () => ok(['AVRO']),
    refuseWrite: () =>
      problem(
        422,
        OPERATION_NOT_PERMITTED,
        'This registry is read only: schemas and their ids come with the release. ' +
          'Set auto.register.schemas=false and use.latest.version=true.',
      ),
  };
}

function ok(body: unknown): RegistryAnswer {
  return { status: 200, body };
}

function problem(status: number, code: number, message: string): RegistryAnswer {
  return { status, body: { error_code: code, message } };
}

function subjectNotFound(): RegistryAnswer {
  return problem(404, SUBJECT_NOT_FOUND, 'Subject not found.');
}
