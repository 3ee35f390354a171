import type { AvroType, RecordField, RecordType } from '../../../domain/avro/schema.ts';
import { compareUtf8 } from '../../../domain/contract/key-values.ts';
import { END_OF_TIME_US } from '../../../domain/recording/validate-event.ts';
import type { Dice } from './dice.ts';
import { makeCode, makeText } from './make-texts.ts';
import { RawBytes } from './write-avro.ts';

export type MadeEvent = Record<string, unknown>;

export interface EventHabits {
  /** When the broker will append it: decided times lie around it. */
  readonly appendMs: number;
  /** Probability of a code that does not recur, for each code. */
  readonly freshCodes: number;
  /** Probability that a value is no good, for each value. */
  readonly wild: number;
}

const SKEW_US = 15 * 60 * 1_000_000;
const COUNTS = [
  0,
  1,
  63,
  64,
  127,
  128,
  8191,
  8192,
  2 ** 28 - 1,
  2 ** 28,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  2 ** 53 - 1,
];
const INTS = [0, 1, 63, 64, 2 ** 28, 2 ** 31 - 1];
const SCORES = [0, 1, 0.25, 0.1 + 0.2, 5e-324, Number.MAX_VALUE, -1.5, 1e-7, -Number.MAX_VALUE];
const WILD_DOUBLES = [-0, -0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const WILD_LONGS = [-1, -(2 ** 31), Number.MIN_SAFE_INTEGER, END_OF_TIME_US, 2 ** 53 - 1];
/** Beyond what a long may be, an overlong zero, a varint without an end. */
const WILD_VARINTS = [
  'feffffffffffff3f',
  'ffffffffffffffffff01',
  '8000',
  '80808080808080808000',
  'ff'.repeat(11),
];
const WILD_TEXTS = ['02ff', '04c328', '06eda080', '08f4908080', '02', '7f', '01', 'ffffffff0f'];
const TENANTS = [...Array.from({ length: 8 }, () => ['acme', 'globex', 'initech']).flat(), 'no-keys'];

/** Makes events of a schema, most of them good: values as they occur, values at the edges, seldom a wild one. */
export function makeEvent(type: RecordType, dice: Dice, habits: EventHabits): MadeEvent {
  return makeRecord(type, '', { dice, habits });
}

/** Makes one top-level field anew, as `makeEvent` would. */
export function makeField(field: RecordField, dice: Dice, habits: EventHabits): unknown {
  return makeValue(field.type, field, field.name, { dice, habits });
}

interface Making {
  readonly dice: Dice;
  readonly habits: EventHabits;
}

function makeRecord(type: RecordType, path: string, making: Making): MadeEvent {
  const event: MadeEvent = {};
  for (const field of type.fields) {
    const inner = path === '' ? field.name : `${path}.${field.name}`;
    event[field.name] = makeValue(field.type, field, inner, making);
  }
  return event;
}

function makeValue(type: AvroType, field: RecordField, path: string, making: Making): unknown {
  const { dice, habits } = making;
  const wild = habits.wild > 0 && dice.chance(habits.wild);
  switch (type.kind) {
    case 'record':
      return makeRecord(type, path, making);
    case 'nullable':
      if (wild) return raw(dice.pick(['04', '01', '8000', '8200', '']));
      return dice.chance(0.4) ? null : makeValue(type.of, field, path, making);
    case 'array':
      return makeArray(type.items, field, path, making);
    case 'enum':
      return wild
        ? raw(dice.pick(['0c', '0e', '0e', '0e', '10', '7e', '01', '8000', '8001']))
        : dice.pick(type.symbols);
    case 'fixed':
      return dice.chance(0.02) ? Buffer.alloc(type.size, dice.below(2) * 255) : dice.bytes(type.size);
    case 'bytes':
      return dice.bytes(dice.below(20));
    case 'boolean':
      return wild ? raw(dice.pick(['02', 'ff'])) : dice.chance(0.5);
    case 'int':
      return wild ? wildNumber(dice) : dice.chance(0.3) ? dice.pick(INTS) : dice.below(1000);
    case 'long':
      return wild ? wildNumber(dice) : makeLong(type.logicalType !== null, making);
    case 'double':
      return wild || (habits.wild > 0 && dice.chance(0.01))
        ? dice.pick(WILD_DOUBLES)
        : dice.chance(0.6)
          ? dice.pick(SCORES)
          : dice.below(1000) / 999;
    case 'string':
      return wild ? raw(dice.pick(WILD_TEXTS)) : makeString(field, path, making);
  }
}

function makeLong(isTime: boolean, { dice, habits }: Making): number {
  if (!isTime) return dice.chance(0.3) ? dice.pick(COUNTS) : dice.below(100_000);
  const now = habits.appendMs * 1000;
  if (dice.chance(0.7)) return now - dice.below(1_000_000);
  return dice.pick([
    0,
    1,
    END_OF_TIME_US - 1,
    now - SKEW_US,
    now - SKEW_US - 1,
    now + SKEW_US,
    now + SKEW_US + 1,
  ]);
}

function makeString(field: RecordField, path: string, { dice, habits }: Making): string {
  if (path === 'tenant_id') return dice.chance(0.002) ? '' : dice.pick(TENANTS);
  if (field.fieldClass === 'safe') return makeCode(dice, path, habits.freshCodes);
  return makeText(dice);
}

function makeArray(items: AvroType, field: RecordField, path: string, making: Making): unknown {
  const { dice, habits } = making;
  if (dice.chance(habits.wild))
    return raw(dice.pick(['feffffff0f', '01', '0200', '8000', '828008', 'ffff07']));
  const length = dice.chance(0.001) ? dice.below(400) : dice.pick([0, 0, 1, 1, 2, 3, 4, 5]);
  const list = Array.from({ length }, () => makeValue(items, field, path, making));
  if (items.kind !== 'record' || !items.name.endsWith('.KeyValue') || dice.chance(0.02)) return list;
  return sortedByKey(list as { key: unknown }[]);
}

function sortedByKey(pairs: readonly { key: unknown }[]): unknown[] {
  const byKey = new Map(pairs.map((pair) => [pair.key instanceof RawBytes ? '' : String(pair.key), pair]));
  return [...byKey.keys()].sort(compareUtf8).map((key) => byKey.get(key));
}

function wildNumber(dice: Dice): unknown {
  return dice.chance(0.6) ? dice.pick(WILD_LONGS) : raw(dice.pick(WILD_VARINTS));
}

function raw(hex: string): RawBytes {
  return new RawBytes(Buffer.from(hex, 'hex'));
}
