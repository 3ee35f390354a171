import { randomBytes } from 'node:crypto';
import type { SubjectKey } from '../../domain/erasure/erasable-box.ts';
import { normaliseSubject } from '../../domain/erasure/normalise-subject.ts';
import { type DayNeed, dayKeyOf, personKeyOf } from '../../domain/recording/key-needs.ts';
import { createKeyLeases, type KeySource, type KeyWaiter } from '../../services/recorder/lease-keys.ts';
import type { ErasedBelow, KeyVault } from '../../services/recorder/ports.ts';

/** A failure of the vault in memory. */
class MemoryVaultFailure extends Error {}

/** A vault for unit tests: keys in memory, erased at a word. */
export interface MemoryVault extends KeyVault {
  /** Box keys that there are still, by hexadecimal key id. */
  readonly boxKeys: Map<string, Buffer>;
  /** How many entries each lease asked for. */
  readonly asked: number[];
  /** Fails while it is true. */
  isDown: boolean;
  leaseMs: number;
  erase(tenant: string, subject: string, barriers: readonly ErasedBelow[]): void;
  destroyDay(day: DayNeed): void;
}

export function createMemoryVault(): MemoryVault {
  const persons = new Map<string, { key: SubjectKey | null; erasedBelow: readonly ErasedBelow[] }>();
  const days = new Map<string, SubjectKey | null>();
  const boxKeys = new Map<string, Buffer>();
  const asked: number[] = [];
  const mint = (): SubjectKey => {
    const key = { keyId: randomBytes(16), boxKey: randomBytes(32), tokenKey: randomBytes(32) };
    boxKeys.set(key.keyId.toString('hex'), key.boxKey);
    return key;
  };
  const forget = (key: SubjectKey | null | undefined) => boxKeys.delete(key?.keyId.toString('hex') ?? '');
  const vault: MemoryVault = {
    boxKeys,
    asked,
    isDown: false,
    leaseMs: 60_000,
    lease: async (subjects, wantedDays) => {
      if (vault.isDown) throw new MemoryVaultFailure();
      asked.push(subjects.length + wantedDays.length);
      return {
        expiresInMs: vault.leaseMs,
        subjects: subjects.map(({ tenant, subject, topic, partition, offset }) => {
          const name = personKeyOf(tenant, normaliseSubject(subject) ?? '');
          const known = persons.get(name) ?? { key: null, erasedBelow: [] };
          const isForgotten = known.erasedBelow.some(
            (barrier) =>
              barrier.topic === topic && barrier.partition === partition && offset < barrier.offset,
          );
          const now = known.key === null && !isForgotten ? { ...known, key: mint() } : known;
          persons.set(name, now);
          return now;
        }),
        days: wantedDays.map(({ tenant, day, purpose }) => {
          const name = dayKeyOf(tenant, day, purpose);
          const key = days.has(name) ? (days.get(name) ?? null) : mint();
          days.set(name, key);
          return key;
        }),
      };
    },
    erase: (tenant, subject, erasedBelow) => {
      const name = personKeyOf(tenant, normaliseSubject(subject) ?? '');
      forget(persons.get(name)?.key);
      persons.set(name, { key: null, erasedBelow });
    },
    destroyDay: ({ tenant, day, purpose }) => {
      const name = dayKeyOf(tenant, day, purpose);
      forget(days.get(name));
      days.set(name, null);
    },
  };
  return vault;
}

/** The recorder's way to a vault in memory. */
export function keysFrom(vault: KeyVault): KeySource {
  return createKeyLeases({
    vault,
    report: { leaseFailed: () => {}, vaultUnavailable: () => {} },
    codeOf: (error) => (error instanceof MemoryVaultFailure ? 'unreachable' : null),
  });
}

/** Every key is destroyed: nothing gets a box or a token. For tests that are about all the rest. */
export const NO_KEYS: KeySource = {
  take: async () => ({
    person: () => ({ key: null, token: null, erasedBelow: 0 }),
    day: () => null,
    validUntilMs: Number.POSITIVE_INFINITY,
  }),
};

/** Waits for ever. */
export const PATIENT: KeyWaiter = { signal: new AbortController().signal, waiting: () => {} };
