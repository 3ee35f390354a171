import type { Input } from '../../../domain/contract/inputs.ts';
import type { ReleasedSchema, SchemaRegistry } from '../../../domain/contract/registry.ts';
import { frameConfluent, frameSingleObject } from '../../../domain/contract/wire.ts';
import { DUPLICATE_WINDOW_OFFSETS } from '../../../domain/recording/seen-events.ts';
import type { SourceRecord } from '../../../domain/recording/source-record.ts';
import type { Dice } from './dice.ts';
import { type EventHabits, type MadeEvent, makeEvent, makeField } from './make-events.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { placeInMemory } from './place-in-memory.ts';
import { writeAvro } from './write-avro.ts';

const BASE_MS = Date.UTC(2026, 2, 1);
const REMEMBERED = 100;
const ODDITIES = [0.02, 0.2, 1];
const FOREIGN = Buffer.from('hello, this is no event at all', 'utf8');

interface Sent {
  readonly offset: number;
  readonly writer: ReleasedSchema;
  readonly event: MadeEvent;
}

/** Records of one partition as a broker might hold them: mostly good events, and everything else. */
export interface RecordMaker {
  /** The next records, in offset order. */
  make(count: number, freshCodes?: number): SourceRecord[];
}

/** Makes records of one input, by every schema that the registry has for it. */
export function createRecordMaker(registry: SchemaRegistry, input: Input, dice: Dice): RecordMaker {
  const newest = registry.newest(input.subject);
  const writers = registry.all.filter((schema) => schema.subject === input.subject);
  const others = registry.all.filter((schema) => schema.subject !== input.subject);
  const sent: Sent[] = [];
  let offset = 0;
  let appendMs = BASE_MS;
  let lastValue: Buffer = FOREIGN;

  const makeValue = (habits: EventHabits): Buffer | null => {
    if (dice.chance(0.01)) return makeForeign();
    const { writer, event } = dice.chance(0.1) ? copyOf(habits) : makeNew(habits);
    sent[dice.below(REMEMBERED)] = { offset, writer, event };
    const oddity = dice.chance(0.08) ? dice.pick(ODDITIES) : 0;
    const value = frame(writer, writeAvro(writer.type, event, dice, oddity), dice);
    const whole = dice.chance(0.02) ? mutateBytes(value, lastValue, dice) : value;
    lastValue = value;
    return whole;
  };

  const makeNew = (habits: EventHabits) => {
    const writer = dice.chance(0.5) ? newest : dice.pick(writers);
    return { writer, event: makeEvent(writer.type, dice, habits) };
  };

  /** An event that was sent before, or one that is called the same and says something else. */
  const copyOf = (habits: EventHabits) => {
    const remembered = dice.pick(sent.length === 0 ? [undefined] : sent);
    if (remembered === undefined) return makeNew(habits);
    if (dice.chance(0.02))
      offset = Math.max(offset, remembered.offset + DUPLICATE_WINDOW_OFFSETS + dice.below(2));
    const { writer, event } = remembered;
    const copy = { ...event };
    for (const field of writer.type.fields) {
      const isIdentity = [input.idField, 'tenant_id', input.producerPath?.[0]].includes(field.name);
      const changes = field.name === 'salt' || field.name === 'erasable' ? 0.4 : 0.01;
      if (!isIdentity && dice.chance(changes)) copy[field.name] = makeField(field, dice, habits);
    }
    return { writer, event: copy };
  };

  const makeForeign = (): Buffer | null => {
    const other = dice.pick(others);
    const foreign = writeAvro(
      other.type,
      makeEvent(other.type, dice, { appendMs, freshCodes: 0, wild: 0 }),
      dice,
    );
    const unknown = Buffer.from(frame(newest, foreign, dice));
    unknown[4] = dice.below(256);
    return dice.pick([
      null,
      Buffer.alloc(0),
      FOREIGN,
      frame(other, foreign, dice),
      unknown,
      dice.bytes(dice.below(40)),
    ]);
  };

  let neighbour: Buffer = FOREIGN;
  return {
    make: (count, freshCodes = 0.05) =>
      Array.from({ length: count }, () => {
        const value = makeValue({ appendMs, freshCodes, wild: 0.002 });
        // Some replay an earlier offset, some of them twice; some say something else.
        const origin = dice.chance(0.02) ? Buffer.from(`${dice.below(2)}/${dice.below(40)}`) : null;
        const at = { topic: input.topic, partition: 0, offset, appendMs };
        const bytes = (origin?.length ?? 0) + (value?.length ?? 0);
        const alone = { ...at, key: null, origin, bytes };
        const record =
          value === null ? { ...alone, value } : placeInMemory({ ...alone, value }, neighbour, dice);
        neighbour = value ?? neighbour;
        offset += dice.chance(0.01) ? 1 + dice.below(50) : 1;
        appendMs += dice.below(3);
        return record;
      }),
  };
}

function frame(writer: ReleasedSchema, body: Buffer, dice: Dice): Buffer {
  return dice.chance(0.5) ? frameConfluent(writer, body) : frameSingleObject(writer, body);
}
