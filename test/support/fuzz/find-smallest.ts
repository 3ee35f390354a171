import type { SourceRecord } from '../../../domain/recording/source-record.ts';

const MAX_TRIES = 3000;

/**
 * The fewest records, and of the last one the fewest bytes, for which `fails` still holds, as far as a bounded search
 * gets. Each try must begin from nothing.
 */
export async function findSmallest(
  records: readonly SourceRecord[],
  fails: (records: readonly SourceRecord[]) => Promise<boolean>,
): Promise<readonly SourceRecord[]> {
  let tries = 0;
  const stillFails = (candidate: readonly SourceRecord[]) => tries++ < MAX_TRIES && fails(candidate);
  let smallest = await shrink(records, (kept) => stillFails(kept));
  for (let index = 0; index < Math.min(smallest.length, 8); index++) {
    const { value, memory: _, ...at } = smallest[index] as SourceRecord;
    if (value === null) continue;
    const withBytes = (bytes: readonly number[]) =>
      smallest.map((record, other) => (other === index ? { ...at, value: Buffer.from(bytes) } : record));
    smallest = withBytes(await shrink([...value], (bytes) => stillFails(withBytes(bytes))));
  }
  return smallest;
}

/** Leaves out ever smaller stretches of a list while the rest still fails (Zeller's delta debugging, simplified). */
async function shrink<T>(
  list: readonly T[],
  stillFails: (kept: readonly T[]) => Promise<boolean> | false,
): Promise<readonly T[]> {
  let kept = list;
  for (
    let length = Math.ceil(kept.length / 2);
    length >= 1;
    length = length === 1 ? 0 : Math.ceil(length / 2)
  ) {
    for (let at = 0; at < kept.length; ) {
      const without = [...kept.slice(0, at), ...kept.slice(at + length)];
      if (without.length > 0 && (await stillFails(without))) kept = without;
      else at += length;
    }
  }
  return kept;
}
