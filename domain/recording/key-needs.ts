import type { SubjectKey } from '../erasure/erasable-box.ts';
import { normaliseSubject } from '../erasure/normalise-subject.ts';

/** A person whose key a batch needs. */
export interface SubjectNeed {
  /** Its number among those of the batch. */
  readonly index: number;
  readonly tenant: string;
  /** As normaliseSubject gives it. */
  readonly subject: string;
  /** Highest offset of a record of the batch that is about the person. */
  offset: number;
}

/** A key of a tenant's day: of records about nobody, or of payloads in quarantine. */
export interface DayNeed {
  readonly tenant: string;
  /** `2026-11-21`, UTC. */
  readonly day: string;
  readonly purpose: 'erasable' | 'quarantine';
}

/** What is known of a person's key. */
export interface PersonKey {
  /** Null: it was destroyed, and there is no other. */
  readonly key: SubjectKey | null;
  /** 16 bytes; null without a key. */
  readonly token: Buffer | null;
  /** Of this partition: records at lower offsets were forgotten, and stay so. */
  readonly erasedBelow: number;
}

/** The keys of one batch. */
export interface BatchKeys {
  /** Throws when it was not asked for. */
  person(need: SubjectNeed): PersonKey;
  /** Null: it was destroyed. Throws when it was not asked for. */
  day(tenant: string, day: string, purpose: DayNeed['purpose']): SubjectKey | null;
  /** Not to be used from then on; on the scale of `performance.now()`. */
  readonly validUntilMs: number;
}

/** Which keys a batch needs, each once. */
export class KeyNeeds {
  readonly subjects = new Map<string, SubjectNeed>();
  readonly days = new Map<string, DayNeed>();

  get isEmpty(): boolean {
    return this.subjects.size === 0 && this.days.size === 0;
  }

  addPerson(tenant: string, subject: string, offset: number): SubjectNeed {
    const key = personKeyOf(tenant, subject);
    const known = this.subjects.get(key);
    if (known !== undefined) {
      if (offset > known.offset) known.offset = offset;
      return known;
    }
    const need = { index: this.subjects.size, tenant, subject, offset };
    this.subjects.set(key, need);
    return need;
  }

  addDay(tenant: string, day: string, purpose: DayNeed['purpose']): void {
    this.days.set(dayKeyOf(tenant, day, purpose), { tenant, day, purpose });
  }
}

/** A tenant's id holds no NUL (safe-grammar.ts), so no two pairs are one text. */
export function personKeyOf(tenant: string, subject: string): string {
  return `${tenant}\0${subject}`;
}

export function dayKeyOf(tenant: string, day: string, purpose: DayNeed['purpose']): string {
  return `${tenant}\0${day}\0${purpose}`;
}

/** The UTC day of a time in milliseconds since 1970, as `2026-11-21`. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Those ids that are somebody's, each once, in their order. */
export function peopleAmong(ids: readonly string[]): readonly string[] {
  const people = ids.map(normaliseSubject).filter((person) => person !== null);
  return people.length < 2 ? people : [...new Set(people)];
}
