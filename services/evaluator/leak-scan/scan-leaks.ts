import { INPUTS, type Input } from '../../../domain/contract/inputs.ts';
import type { Leak } from '../../../domain/leaks/leak.ts';
import type { SourceRedactor } from '../../../domain/recording/redact-at-source.ts';
import type { LeakScanStore } from '../ports.ts';
import { findLeaks } from './find-leaks.ts';

export interface LeakScanOptions {
  readonly store: LeakScanStore;
  readonly redactor: SourceRedactor;
  readonly maxRows: number;
  readonly nowMs: () => number;
}

interface ScanStep {
  /** Records that were looked through. */
  readonly rows: number;
  readonly leaks: number;
  /** Offsets that are recorded and not looked at yet. */
  readonly pending: number;
}

/** Texts may be long: so many records at most are held at once. */
const ROWS_PER_READ = 50;
/** Records that were made by the newest rules are passed by without reading them: so many offsets at most at once. */
const OFFSETS_PER_READ = 20_000;

/**
 * One step of the scan that looks through stored records again, with the newest rules: at most so many of them, of
 * one partition after the other. What it finds is stored before it counts as looked through, so that a crash repeats
 * a little and leaves nothing out.
 */
export function createLeakScan(options: LeakScanOptions): () => Promise<ScanStep> {
  const { store, maxRows } = options;
  const partitions = INPUTS.flatMap((input) =>
    Array.from({ length: input.partitions }, (_, partition) => ({ input, partition })),
  );
  let turn = 0;
  return async () => {
    const cursors = new Map(await store.readCursors());
    const ends = await store.readEnds();
    let rows = 0;
    let leaks = 0;
    const next = ({ input, partition }: { input: Input; partition: number }) =>
      cursors.get(`${input.topic}/${partition}`) ?? 0;
    const left = (place: (typeof partitions)[number]) =>
      Math.max(0, (ends.get(`${place.input.topic}/${place.partition}`) ?? 0) - next(place));
    for (let looked = 0; looked < partitions.length && rows < maxRows; looked++) {
      const place = partitions[turn++ % partitions.length];
      if (place === undefined || left(place) === 0) continue;
      const from = next(place);
      const to = from + Math.min(left(place), OFFSETS_PER_READ);
      const limit = Math.min(maxRows - rows, ROWS_PER_READ);
      const read = await store.readTexts(place.input, place.partition, { from, to, limit });
      const found = read.flatMap((row) => leaksOf(row, place, options));
      await store.saveLeaks(found);
      const last = read.at(-1);
      const reached = read.length < limit || last === undefined ? to : last.offset + 1;
      await store.saveCursor(place.input.topic, place.partition, reached);
      cursors.set(`${place.input.topic}/${place.partition}`, reached);
      rows += read.length;
      leaks += found.length;
      if (left(place) > 0) turn--;
    }
    return { rows, leaks, pending: partitions.reduce((sum, place) => sum + left(place), 0) };
  };
}

function leaksOf(
  { offset, tenantId, fields }: Awaited<ReturnType<LeakScanStore['readTexts']>>[number],
  { input, partition }: { readonly input: Input; readonly partition: number },
  { redactor, nowMs }: LeakScanOptions,
): Leak[] {
  return findLeaks(fields, redactor, tenantId).map(({ path, rule, count }) => ({
    source: 'AUDIT',
    tenantId,
    table: input.table,
    at: { topic: input.topic, partition, offset },
    path,
    rule,
    count,
    foundAtMs: nowMs(),
  }));
}
