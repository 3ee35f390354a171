import { randomBytes } from 'node:crypto';
import { INPUTS, type Input } from '../../../domain/contract/inputs.ts';
import type { ReleasedSchema } from '../../../domain/contract/registry.ts';
import { frameSingleObject } from '../../../domain/contract/wire.ts';
import { MAX_RECORD_BYTES } from '../../../domain/recording/decode-event.ts';
import { loadReleasedSchemas } from '../../../schemas/load-released.ts';
import type { PlaceClass } from '../canary.ts';
import { fillEvent, listTextPlaces, type TextPlace } from '../fill-event.ts';
import type { CanarySupply } from '../supply-canaries.ts';
import type { RawLog } from './open-raw-log.ts';
import type { Fate, PlantedEvent } from './planted-event.ts';

const REGISTRY = loadReleasedSchemas();
/** What an id of a person, a text and a thing to be forgotten have in common: the event may be recorded. */
const KEPT: readonly PlaceClass[] = ['text', 'token', 'erasable'];

/** Plants canaries in records that are appended to the topics by hand, as any sender could. */
export interface RecordPlanter {
  /** One event with a canary in every field that may hold anything. */
  everywhere(input: Input): Promise<PlantedEvent>;
  /** One event with canaries in its texts and in one `safe` field, which must refuse it. */
  inSafeField(input: Input, place: TextPlace): Promise<PlantedEvent>;
  /** The same event twice, or another one under its id. */
  twice(input: Input): Promise<PlantedEvent[]>;
  /** In the key and the headers of a sound event. */
  besideValue(input: Input): Promise<PlantedEvent>;
  /** A record that cannot be read, each of these in turn. */
  poison(input: Input, way: number): Promise<PlantedEvent>;
}

/** Every `safe` text field of every schema that is recorded. */
export function listSafePlaces(): readonly { input: Input; place: TextPlace }[] {
  return INPUTS.flatMap((input) =>
    listTextPlaces(REGISTRY.newest(input.subject).type)
      .filter(({ placeClass }) => placeClass === 'safe')
      .map((place) => ({ input, place })),
  );
}

export function createRecordPlanter(supply: CanarySupply, log: RawLog): RecordPlanter {
  const plantAt = (input: Input, place: string, placeClass: PlaceClass) =>
    supply.plant({ route: 'kafka', place: `${input.subject}.${place}`, placeClass, topic: input.topic });
  const build = (input: Input, schema: ReleasedSchema, planted: (place: TextPlace) => boolean) => {
    const places = new Map(listTextPlaces(schema.type).map((place) => [place.path, place]));
    const event = fillEvent(schema.type, (path) => {
      const place = places.get(path);
      return place !== undefined && planted(place) ? plantAt(input, path, place.placeClass) : null;
    });
    return { event };
  };
  const append = async (
    input: Input,
    value: Buffer | null,
    about: { from: number; fates: readonly Fate[]; key?: string; headers?: Record<string, string> },
  ): Promise<PlantedEvent> => {
    const key = Buffer.from(about.key ?? 'acme|canary');
    const at = await log.append(input.topic, { key, value, headers: about.headers ?? {} });
    const canaries = supply.planted.length - about.from;
    return { route: `kafka ${input.subject}`, fates: about.fates, canaries, key: at, told: null };
  };
  const isKept = ({ placeClass }: TextPlace) => KEPT.includes(placeClass);
  const frame = (schema: ReleasedSchema, event: object) => frameSingleObject(schema, schema.encode(event));

  return {
    everywhere: (input) => {
      const from = supply.planted.length;
      const schema = REGISTRY.newest(input.subject);
      const { event } = build(input, schema, isKept);
      return append(input, frame(schema, event), { from, fates: ['recorded'] });
    },
    inSafeField: (input, safe) => {
      const from = supply.planted.length;
      const schema = REGISTRY.newest(input.subject);
      const { event } = build(input, schema, (place) => place.path === safe.path || isKept(place));
      return append(input, frame(schema, event), { from, fates: ['quarantined'] });
    },
    twice: async (input) => {
      const from = supply.planted.length;
      const schema = REGISTRY.newest(input.subject);
      const first = build(input, schema, isKept);
      const original = await append(input, frame(schema, first.event), {
        from,
        fates: ['recorded'],
      });
      const again = supply.planted.length;
      const { event } = supply.dice.chance(0.5) ? first : build(input, schema, isKept);
      const copy = { ...event, [input.idField]: first.event[input.idField] };
      const fates: Fate[] = ['duplicate'];
      return [original, await append(input, frame(schema, copy), { from: again, fates })];
    },
    besideValue: (input) => {
      const from = supply.planted.length;
      const schema = REGISTRY.newest(input.subject);
      const { event } = build(input, schema, () => false);
      const key = `${plantAt(input, 'key', 'outside')}|${plantAt(input, 'key', 'outside')}`;
      const headers = {
        'x-user': plantAt(input, 'header', 'outside'),
        traceparent: plantAt(input, 'header', 'outside'),
      };
      const fates: Fate[] = ['recorded'];
      return append(input, frame(schema, event), { from, fates, key, headers });
    },
    poison: (input, way) => {
      const from = supply.planted.length;
      const schema = REGISTRY.newest(input.subject);
      const { event } = build(input, schema, isKept);
      const bytes = spoil(frame(schema, event), way, () => plantAt(input, 'poison', 'outside'));
      const key = plantAt(input, 'key of poison', 'outside');
      return append(input, bytes, { from, fates: ['quarantined'], key });
    },
  };
}

/** How many ways there are to spoil a record. */
const POISONS = 7;

function spoil(sound: Buffer, way: number, canary: () => string): Buffer {
  switch (way % POISONS) {
    case 0:
      return sound.subarray(0, -10);
    case 1:
      return Buffer.concat([sound.subarray(0, 2), randomBytes(8), sound.subarray(10)]);
    case 2:
      return Buffer.concat([sound, Buffer.alloc(MAX_RECORD_BYTES, canary())]);
    case 3:
      return Buffer.from(JSON.stringify({ rationale: canary(), nested: { note: [canary()] } }));
    case 4:
      return Buffer.from([0x00, 0x00, 0x00, 0xff, 0xff, ...Buffer.from(canary())]);
    case 5:
      return Buffer.concat([sound, Buffer.from(canary())]);
    default:
      return Buffer.from(canary(), 'utf16le');
  }
}
