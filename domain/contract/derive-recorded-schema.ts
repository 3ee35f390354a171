/**
 * Derives the schema of what is recorded from the schema of what is sent. `safe` and `text` fields stay; `token`,
 * `drop` and unclassed fields and the record `erasable` go; coordinates, manifest, flags and marks are added.
 * Deriving it makes "a dropped field can not be recorded" a matter of construction.
 */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** First fields of every recorded schema: where the record stands in Kafka, and what made it of what. */
const COORDINATE_FIELDS: readonly JsonObject[] = [
  { name: 'topic', type: 'string', class: 'safe', doc: 'Kafka topic.' },
  { name: 'partition', type: 'int', class: 'safe', doc: 'Kafka partition.' },
  {
    name: 'offset',
    type: 'long',
    class: 'safe',
    doc: 'Kafka offset. With topic and partition it is the identity of the record.',
  },
  {
    name: 'append_time',
    type: { type: 'long', logicalType: 'timestamp-millis' },
    class: 'safe',
    doc: "When the broker appended it, by the broker's clock.",
  },
  {
    name: 'wire_schema',
    type: ['null', { type: 'fixed', name: 'Fingerprint', size: 8 }],
    default: null,
    class: 'safe',
    doc: 'CRC-64-AVRO fingerprint of the schema it was sent under; null if that is unknown.',
  },
  {
    name: 'transform',
    type: { type: 'fixed', name: 'Sha256', size: 32 },
    class: 'safe',
    doc: 'Digest of everything that decides how a sent event becomes a recorded one.',
  },
];

const MANIFEST_FIELDS: readonly JsonObject[] = [
  {
    name: 'redactions',
    doc: 'What was redacted, never the value. Sorted by path, then rule.',
    type: {
      type: 'array',
      items: {
        type: 'record',
        name: 'RedactionNote',
        fields: [
          { name: 'path', type: 'string', class: 'safe', doc: 'Field that was redacted.' },
          { name: 'class', type: 'string', class: 'safe', doc: "The field's class." },
          { name: 'rule', type: 'string', class: 'safe', doc: 'Rule that found it.' },
          { name: 'count', type: 'int', class: 'safe', doc: 'How many times.' },
        ],
      },
    },
  },
  {
    name: 'flags',
    type: { type: 'array', items: 'string' },
    class: 'safe',
    doc: 'What is odd about it but no reason to refuse it. Sorted.',
  },
];

const SAMPLE_FIELD: JsonObject = {
  name: 'sample',
  doc: 'Whether the decision was drawn for review, and with what probability; fixed when it is recorded.',
  type: {
    type: 'record',
    name: 'SampleMark',
    fields: [
      { name: 'policy', type: 'string', class: 'safe', doc: 'Version of the sampling policy.' },
      { name: 'stratum', type: 'string', class: 'safe', doc: 'Stratum it belongs to.' },
      {
        name: 'probability',
        type: 'double',
        class: 'safe',
        doc: 'Probability of being drawn in this stratum.',
      },
      { name: 'drawn', type: 'boolean', class: 'safe', doc: 'Whether it was drawn.' },
    ],
  },
};

const COMMITMENT_FIELD: JsonObject = {
  name: 'erase_commitment',
  type: ['null', 'Sha256'],
  default: null,
  class: 'safe',
  doc: 'Commitment to the erasable record; null if there was none.',
};

/** Last field of every recorded schema of something that came as a record; in the hand-written ones as well. */
const ORIGIN_FIELD: JsonObject = {
  name: 'origin_offset',
  type: ['null', 'long'],
  default: null,
  class: 'safe',
  doc: 'Offset, in the same partition, of the quarantined record that this one replays; null if it replays none.',
};

/** Text of `recorded-<subject>.avsc` for the text of `<subject>.avsc`. */
export function deriveRecordedSchema(eventSchemaText: string): string {
  const event = JSON.parse(eventSchemaText) as JsonObject;
  const fields = (event.fields as readonly JsonObject[]).filter((field) => field.name !== 'erasable');
  const hasErasable = fields.length < (event.fields as readonly Json[]).length;
  const recorded = {
    type: 'record',
    name: `Recorded${event.name as string}`,
    namespace: event.namespace as string,
    doc: `${event.name as string}, as it is recorded.`,
    fields: [
      ...COORDINATE_FIELDS,
      ...keepRecordable(fields, new Set()),
      ...MANIFEST_FIELDS,
      ...(event.name === 'Decision' ? [SAMPLE_FIELD] : []),
      ...(hasErasable ? [COMMITMENT_FIELD] : []),
      ORIGIN_FIELD,
    ],
  };
  return `${JSON.stringify(recorded, null, 2)}\n`;
}

function keepRecordable(fields: readonly JsonObject[], records: Set<string>): JsonObject[] {
  const kept: JsonObject[] = [];
  for (const field of fields) {
    const type = field.class === undefined ? keepInside(field.type as Json, records) : (field.type as Json);
    const dropped = field.class === 'token' || field.class === 'drop' || type === null;
    if (!dropped) kept.push({ ...field, type });
  }
  return kept;
}

/**
 * The recordable part of a container that has no class of its own; null if it is no container or nothing is left.
 * A bare name is a container only if it names a record that was kept before.
 */
function keepInside(type: Json, records: Set<string>): Json {
  if (typeof type === 'string') return records.has(type) ? type : null;
  if (Array.isArray(type)) {
    const inner = keepInside(type[1] as Json, records);
    return inner === null ? null : ['null', inner];
  }
  const object = type as JsonObject;
  if (object.type === 'array') {
    const items = keepInside(object.items as Json, records);
    return items === null ? null : { ...object, items };
  }
  if (object.type !== 'record') return null;
  const fields = keepRecordable(object.fields as readonly JsonObject[], records);
  if (fields.length === 0) return null;
  records.add(object.name as string);
  return { ...object, fields };
}
