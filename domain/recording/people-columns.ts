import type { RecordType } from '../avro/schema.ts';
import { FixedCells, TextCells } from '../columnar/byte-cells.ts';
import { ByteCells, IntCells } from '../columnar/cells.ts';
import type { EventRow, PersonId } from '../columnar/event-row.ts';
import type { TableColumn } from '../columnar/table-column.ts';
import { type SubjectKey, sealErasable, TOKEN_BYTES } from '../erasure/erasable-box.ts';
import { createNonceSupply } from '../erasure/nonce-supply.ts';
import { normaliseSubject } from '../erasure/normalise-subject.ts';
import {
  type BatchKeys,
  dayOf,
  type KeyNeeds,
  type PersonKey,
  peopleAmong,
  type SubjectNeed,
} from './key-needs.ts';

/** What a record says of people, until it is known whether it is kept, and under which keys. */
interface PeopleOfRow {
  readonly row: number;
  readonly tenant: string;
  readonly offset: number;
  readonly appendMs: number;
  /** Of the erasable record, each once. */
  readonly subjects: readonly string[];
  readonly principal: string | null;
  readonly ids: readonly PersonId[];
  /** The same people, once their keys were asked for. */
  wanted: WantedPeople | null;
  /** Canonical Avro of the erasable record; null if there is none. */
  readonly erasable: Uint8Array | null;
}

interface WantedPeople {
  readonly subjects: readonly SubjectNeed[];
  readonly principal: SubjectNeed | null;
  /** By token field. */
  readonly ids: ReadonlyMap<string, SubjectNeed>;
}

/** Gives what may be kept of an erasable record, and whether anything of it was masked. */
export type MaskErasable = (
  erasable: Uint8Array,
  tenant: string,
) => { readonly erasable: Uint8Array; readonly isMasked: boolean };

const EMPTY = new Uint8Array(0);
const NO_TOKEN = new Uint8Array(TOKEN_BYTES);

/**
 * The columns that hold what may have to be forgotten: boxes of erasable data, and tokens that stand for people. They
 * are filled once leaves are made, from keys that the leaves know nothing of: what is erased changes nothing else.
 */
export class PeopleColumns {
  readonly columns: readonly TableColumn[];
  readonly #topic: string;
  readonly #partition: number;
  readonly #mask: MaskErasable | null;
  readonly #boxes: ErasableColumns | null;
  readonly #tokens: readonly { readonly field: string; readonly cells: FixedCells }[];
  readonly #nextNonce = createNonceSupply();
  /** Rows that say something of people; the others are filled with nothing. */
  #people: PeopleOfRow[] = [];
  /** Rows that are filled, and how many of `#people` are among them. */
  #filled = 0;
  #peopleFilled = 0;

  constructor(
    event: RecordType,
    at: { readonly topic: string; readonly partition: number },
    mask: MaskErasable | null,
  ) {
    this.#topic = at.topic;
    this.#partition = at.partition;
    this.#mask = mask;
    this.#boxes = event.fields.some(({ name }) => name === 'erasable') ? new ErasableColumns() : null;
    this.#tokens = event.fields
      .filter((field) => field.fieldClass === 'token')
      .map(({ name }) => ({ field: name, cells: new FixedCells(TOKEN_BYTES) }));
    const tokens = this.#tokens.map(({ field, cells }) => ({
      ...{ name: `${field}_token`, type: `FixedString(${TOKEN_BYTES})`, cells },
      ...{ nulls: null, ends: null },
    }));
    this.columns = [...(this.#boxes?.columns ?? []), ...tokens];
  }

  clear(): void {
    this.#boxes?.clear();
    for (const { cells } of this.#tokens) cells.truncate(0);
    this.#people = [];
    this.#filled = 0;
    this.#peopleFilled = 0;
  }

  /** Whether an event says anything of people. */
  concerns(event: EventRow): boolean {
    return event.erasableStart >= 0 || event.tokens !== null;
  }

  /** Notes what an event says of people. `wire` is kept until the row is filled. */
  append(
    place: Pick<PeopleOfRow, 'row' | 'tenant' | 'offset' | 'appendMs'>,
    event: EventRow,
    wire: Uint8Array,
  ): void {
    const { row, tenant, offset, appendMs } = place;
    const erasable = event.erasableStart < 0 ? null : wire.subarray(event.erasableStart, event.erasableEnd);
    this.#people.push({
      ...{ row, tenant, offset, appendMs, erasable, ids: event.tokens ?? [], wanted: null },
      subjects: peopleAmong(event.subjects),
      principal: event.principal === null ? null : normaliseSubject(event.principal),
    });
  }

  /** Adds the keys that rows need. @param isKept whether a row will be stored: copies need nothing */
  addNeeds(needs: KeyNeeds, isKept: (row: number) => boolean): void {
    // What is not kept gets no box and no token.
    this.#people = this.#people.filter(({ row }) => isKept(row));
    for (const people of this.#people) {
      const { tenant, offset, appendMs, erasable, subjects, principal } = people;
      const need = (person: string) => needs.addPerson(tenant, person, offset);
      people.wanted = {
        subjects: subjects.map(need),
        principal: principal === null ? null : need(principal),
        ids:
          people.ids.length === 0 ? NO_IDS : new Map(idsOf(people).map(([field, id]) => [field, need(id)])),
      };
      if (erasable !== null && subjects.length === 0 && principal === null)
        needs.addDay(tenant, dayOf(appendMs), 'erasable');
    }
  }

  /** Fills rows up to `to`, not included, in order. The keys must be those that were asked for; null if none were. */
  fill(to: number, keys: BatchKeys | null): void {
    let next = this.#people[this.#peopleFilled];
    while (next !== undefined && next.row < to) {
      this.#fillEmpty(next.row - this.#filled);
      this.#fillRow(next, keys);
      this.#filled = next.row + 1;
      next = this.#people[++this.#peopleFilled];
    }
    this.#fillEmpty(to - this.#filled);
    this.#filled = to;
  }

  #fillEmpty(rows: number): void {
    for (let row = 0; row < rows; row++) {
      this.#boxes?.push(null, NO_TOKENS, null);
      for (const { cells } of this.#tokens) cells.pushZero();
    }
  }

  #fillRow(people: PeopleOfRow, keys: BatchKeys | null): void {
    const { wanted, offset } = people;
    if (keys === null || wanted === null) {
      this.#fillEmpty(1);
      return;
    }
    const keyOf = (need: SubjectNeed) => livingKey(keys.person(need), offset);
    if (this.#boxes !== null) {
      const subjects = wanted.subjects.map(keyOf);
      const principal = wanted.principal === null ? null : keyOf(wanted.principal);
      const isApart = wanted.principal !== null && !wanted.subjects.includes(wanted.principal);
      const box = this.#seal(people, isApart ? [...subjects, principal] : subjects, keys);
      this.#boxes.push(
        box,
        subjects.flatMap((key) => key?.token ?? []),
        principal?.token ?? null,
      );
    }
    for (const { field, cells } of this.#tokens) {
      const need = wanted.ids.get(field);
      cells.push((need === undefined ? null : keyOf(need)?.token) ?? NO_TOKEN, 0);
    }
  }

  /** The box of a row; null when there is nothing to keep, or one of those whom it is about was forgotten. */
  #seal(people: PeopleOfRow, all: readonly (LivingKey | null)[], keys: BatchKeys): Buffer | null {
    const { tenant, offset, appendMs } = people;
    if (people.erasable === null || !all.every((key) => key !== null)) return null;
    const own = all.length > 0 ? all.map(({ key }) => key) : [keys.day(tenant, dayOf(appendMs), 'erasable')];
    if (!own.every((key) => key !== null)) return null;
    const kept = this.#mask?.(people.erasable, tenant);
    const place = { tenantId: tenant, topic: this.#topic, partition: this.#partition, offset };
    return sealErasable(own, place, kept?.erasable ?? people.erasable, this.#nextNonce(), kept?.isMasked);
  }
}

const NO_TOKENS: readonly Buffer[] = [];
const NO_IDS: ReadonlyMap<string, SubjectNeed> = new Map();

interface LivingKey {
  readonly key: SubjectKey;
  readonly token: Buffer;
}

/** Null when the person was forgotten, or this record of them. */
function livingKey({ key, token, erasedBelow }: PersonKey, offset: number): LivingKey | null {
  return key === null || token === null || offset < erasedBelow ? null : { key, token };
}

/** Token fields that hold somebody's id. */
function idsOf({ ids }: PeopleOfRow): [string, string][] {
  return ids.flatMap(({ field, value }) => {
    const id = normaliseSubject(value);
    return id === null ? [] : [[field, id] as [string, string]];
  });
}

/** The columns of an event that may have an erasable part. */
class ErasableColumns {
  readonly columns: readonly TableColumn[];
  readonly #boxes = new TextCells();
  readonly #boxNulls = new ByteCells();
  readonly #subjects = new FixedCells(TOKEN_BYTES);
  readonly #subjectEnds = new IntCells();
  readonly #principals = new FixedCells(TOKEN_BYTES);
  readonly #principalNulls = new ByteCells();

  constructor() {
    const token = `FixedString(${TOKEN_BYTES})`;
    this.columns = [
      {
        name: 'erasable_box',
        type: 'Nullable(String)',
        cells: this.#boxes,
        nulls: this.#boxNulls,
        ends: null,
      },
      {
        ...{ name: 'subject_tokens', type: `Array(${token})`, cells: this.#subjects },
        ...{ nulls: null, ends: this.#subjectEnds },
      },
      {
        ...{ name: 'principal_token', type: `Nullable(${token})`, cells: this.#principals },
        ...{ nulls: this.#principalNulls, ends: null },
      },
    ];
  }

  clear(): void {
    for (const cells of [this.#boxes, this.#boxNulls, this.#subjects, this.#subjectEnds]) cells.truncate(0);
    for (const cells of [this.#principals, this.#principalNulls]) cells.truncate(0);
  }

  push(box: Uint8Array | null, subjects: readonly Uint8Array[], principal: Uint8Array | null): void {
    this.#boxes.push(box ?? EMPTY, 0, box?.length ?? 0);
    this.#boxNulls.push(box === null ? 1 : 0);
    for (const token of subjects) this.#subjects.push(token, 0);
    this.#subjectEnds.push(this.#subjects.count);
    if (principal === null) this.#principals.pushZero();
    else this.#principals.push(principal, 0);
    this.#principalNulls.push(principal === null ? 1 : 0);
  }
}
