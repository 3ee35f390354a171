import { readdirSync, readFileSync } from 'node:fs';
import { deriveRecordedSchema } from '../../../domain/contract/derive-recorded-schema.ts';
import { createRegistry, type SchemaRegistry } from '../../../domain/contract/registry.ts';

type Json = unknown;
interface Field {
  name: string;
  type: Json;
  [property: string]: Json;
}
interface Schema {
  fields: Field[];
  [property: string]: Json;
}
type Edit = (schema: Schema) => void;

const RELEASED = new URL('../../../schemas/released/', import.meta.url);
const NEWEST = 99;

/**
 * The released schemas, but with decision and tally as they may look after years: newest versions with fields of
 * every kind added, and older ones by which records still come.
 */
export function loadAgedSchemas(): SchemaRegistry {
  const released = readdirSync(RELEASED).filter((name) => name.endsWith('.avsc'));
  const aged = [
    { subject: 'decision', newest: addToDecision, olds: OLD_DECISIONS },
    { subject: 'request-tally', newest: addToTally, olds: OLD_TALLIES },
  ];
  const files = released
    .filter((name) => !aged.some(({ subject }) => name.includes(`.recorded-${subject}.`)))
    .map((name) => ({ name, bytes: readFileSync(new URL(name, RELEASED)) }));
  let id = 100;
  for (const { subject, newest, olds } of aged) {
    const text = files.find(({ name }) => name.includes(`.${subject}.v1.`))?.bytes.toString('utf8') ?? '';
    const add = (name: string, content: string) =>
      files.push({ name: `${String(id++).padStart(4, '0')}.${name}.avsc`, bytes: Buffer.from(content) });
    const newestText = edited(text, newest);
    add(`${subject}.v${NEWEST}`, newestText);
    add(`recorded-${subject}.v${NEWEST}`, deriveRecordedSchema(newestText));
    olds.forEach((edit, index) => {
      add(`${subject}.v${index + 2}`, edited(newestText, edit));
    });
  }
  return createRegistry(files);
}

function edited(text: string, edit: Edit): string {
  const schema = JSON.parse(text) as Schema;
  const definitions = new Map<string, Json>();
  collectDefinitions(schema.fields, definitions);
  edit(schema);
  schema.fields = defineInOrder(schema.fields, definitions, new Set()) as Field[];
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function collectDefinitions(json: Json, definitions: Map<string, Json>): void {
  if (json === null || typeof json !== 'object') return;
  const { type, name } = json as { type?: Json; name?: string };
  if (name !== undefined && ['record', 'enum', 'fixed'].includes(String(type))) definitions.set(name, json);
  for (const value of Object.values(json)) collectDefinitions(value, definitions);
}

/** A named type is defined where it stands first and named from there on, whatever has been moved or removed. */
function defineInOrder(json: Json, definitions: ReadonlyMap<string, Json>, seen: Set<string>): Json {
  if (Array.isArray(json)) return json.map((item) => defineInOrder(item, definitions, seen));
  if (typeof json === 'string') {
    const definition = seen.has(json) ? undefined : definitions.get(json);
    return definition === undefined ? json : defineInOrder(definition, definitions, seen);
  }
  if (json === null || typeof json !== 'object') return json;
  const { type, name, items, fields } = json as Partial<Record<string, Json>>;
  if (['record', 'enum', 'fixed'].includes(String(type))) {
    if (seen.has(String(name))) return name;
    seen.add(String(name));
  }
  const copy: Record<string, Json> = { ...json };
  if (fields !== undefined) copy.fields = defineInOrder(fields, definitions, seen);
  else if (items !== undefined) copy.items = defineInOrder(items, definitions, seen);
  else if (type !== undefined && !['enum', 'fixed'].includes(String(type)))
    copy.type = defineInOrder(type, definitions, seen);
  return copy;
}

function safe(name: string, type: Json, rest: object = {}): Field {
  return { name, type, class: 'safe', doc: name, ...rest };
}

function addToDecision(schema: Schema): void {
  insertBehind(
    schema,
    'tenant_id',
    safe('hops', 'int', { default: 3 }),
    safe('zone', 'string', { default: 'z-1' }),
  );
  insertBehind(schema, 'risk', {
    name: 'origin',
    doc: 'Where it came from.',
    default: { id: 'unknown', secret: 'none', note: 'as it was', ratio: 0.5, since: 7 },
    type: {
      type: 'record',
      name: 'Origin',
      fields: [
        safe('id', 'string'),
        safe('secret', 'string', { class: 'drop' }),
        safe('note', 'string', { class: 'text' }),
        safe('ratio', 'double'),
        safe('since', { type: 'long', logicalType: 'timestamp-micros' }),
      ],
    },
  });
  insertBehind(
    schema,
    'outcome',
    safe('tags', { type: 'array', items: 'string' }, { default: ['a', 'b'] }),
    safe('grade', ['null', 'string'], { default: null }),
    safe('hidden_ratio', 'double', { class: 'drop', default: 0.25 }),
    safe('hidden_count', 'long', { class: 'drop', default: 1 }),
    safe('owner', 'string', { class: 'token', default: 'nobody' }),
  );
  for (const name of ['rate_limited', 'timed_out']) change(schema, name, { default: false });
  for (const name of ['labels', 'rules']) change(schema, name, { default: [] });
  change(schema, 'outcome', { default: 'UNDEFINED' });
  change(schema, 'policy', { default: { id: 'none', version: '', bundle_digest: null, signed: null } });
}

/** Each as it stood before something happened to it. The release itself, without what was added, is one more. */
const OLD_DECISIONS: readonly Edit[] = [
  (schema) =>
    remove(schema, 'rate_limited', 'timed_out', 'rules', 'policy', 'cohort', 'model', 'error', 'erasable'),
  (schema) => remove(schema, 'hops', 'zone', 'origin', 'tags', 'grade'),
  addRemovedFields,
  (schema) => schema.fields.unshift(...schema.fields.splice(schema.fields.length - 4, 2)),
  (schema) => inside(schema, 'policy').fields.reverse(),
  makePlain,
  (schema) => remove(inside(schema, 'erasable'), 'output'),
  (schema) => {
    const erasable = inside(schema, 'erasable');
    remove(erasable, 'output');
    erasable.fields.push(safe('context', ['null', 'string'], { class: 'drop', default: null }));
  },
  (schema) => {
    change(schema, 'outcome', { default: undefined });
    enumOf(schema, 'outcome').symbols.pop();
  },
  (schema) => void enumOf(schema, 'mode').symbols.reverse(),
  (schema) => change(schema, 'latency_us', { type: 'int' }),
  (schema) => inside(schema, 'labels').fields.unshift(safe('scope', 'string', { class: 'text' })),
  (schema) => schema.fields.reverse(),
];

function addToTally(schema: Schema): void {
  for (const name of ['failed', 'backlog']) change(schema, name, { default: 2 ** 33 });
  change(schema, 'dropped', { default: [{ reason: 'unknown', count: 1 }] });
  insertBehind(schema, 'skipped', safe('sources', { type: 'array', items: 'string' }, { default: [] }));
  inside(schema, 'policies').fields.push(safe('weight', 'double', { default: 1.5 }));
}

const OLD_TALLIES: readonly Edit[] = [
  (schema) => remove(schema, 'failed', 'backlog', 'dropped', 'sources'),
  (schema) => remove(inside(schema, 'policies'), 'weight', 'bundle_digest'),
  (schema) => change(schema, 'next_sequence', { type: 'long', default: undefined }),
  (schema) => {
    insertBehind(schema, 'skipped', safe('gone', { type: 'array', items: 'ReasonCount' }));
    inside(schema, 'policies').fields.splice(1, 0, safe('gone', ['null', 'double'], { default: null }));
  },
  (schema) => inside(schema, 'observer').fields.reverse(),
];

/** Fields that were given up since, of every kind, at the top and inside. */
function addRemovedFields(schema: Schema): void {
  schema.fields.unshift(safe('old_code', 'string'), safe('old_count', 'long'));
  const kind = { type: 'enum', name: 'OldKind', symbols: ['A', 'B'] };
  insertBehind(
    schema,
    'policy',
    safe('old_ratio', 'double'),
    safe('old_kind', kind),
    safe('old_list', { type: 'array', items: { type: 'record', name: 'Old', fields: [safe('x', 'int')] } }),
  );
  inside(schema, 'policy').fields.splice(1, 0, safe('old_digest', ['null', 'Digest16'], { default: null }));
  const digest = { type: 'fixed', name: 'Digest16', size: 16 };
  schema.fields.unshift(safe('old_digest', digest), safe('old_bytes', 'bytes'), safe('old_flag', 'boolean'));
  inside(schema, 'rules').fields.splice(1, 0, safe('old_text', 'string', { class: 'text' }));
  inside(schema, 'labels').fields.push(
    safe('old_text', ['null', 'string'], { class: 'text', default: null }),
  );
}

function makePlain(schema: Schema): void {
  for (const name of ['trace_id', 'category', 'model', 'overhead_us', 'score', 'probe', 'grade'])
    change(schema, name, { type: behindNull(fieldOf(schema, name).type), default: undefined });
  for (const name of ['bundle_digest', 'signed'])
    change(inside(schema, 'policy'), name, {
      type: behindNull(fieldOf(inside(schema, 'policy'), name).type),
      default: undefined,
    });
  change(schema, 'policy', { default: undefined });
  change(inside(schema, 'enforcer'), 'sequence', { type: 'long', default: undefined });
  change(inside(schema, 'rules'), 'layer', { type: 'string', default: undefined });
}

function fieldOf(schema: Schema, name: string): Field {
  const field = schema.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`the schema has no field ${name}`);
  return field;
}

function change(schema: Schema, name: string, properties: object): void {
  Object.assign(fieldOf(schema, name), properties);
}

function remove(schema: Schema, ...names: readonly string[]): void {
  schema.fields = schema.fields.filter(({ name }) => !names.includes(name));
}

function insertBehind(schema: Schema, name: string, ...fields: readonly Field[]): void {
  schema.fields.splice(schema.fields.indexOf(fieldOf(schema, name)) + 1, 0, ...fields);
}

/** T of `[null, T]`. */
function behindNull(type: Json): Json {
  return Array.isArray(type) ? type[1] : type;
}

/** The record in a field, behind null or in an array as well. */
function inside(schema: Schema, name: string): Schema {
  const type = behindNull(fieldOf(schema, name).type) as { type: string; items?: Json };
  return (type.type === 'array' ? type.items : type) as Schema;
}

function enumOf(schema: Schema, name: string): { symbols: string[] } {
  return fieldOf(schema, name).type as { symbols: string[] };
}
