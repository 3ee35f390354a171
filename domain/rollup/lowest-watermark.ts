/** The newest watermark of one partition, Unix milliseconds. */
export interface PartitionWatermark {
  readonly topic: string;
  readonly partition: number;
  readonly watermarkMs: number;
}

export type Watermark =
  | { readonly kind: 'seen'; readonly watermarkMs: number }
  /** Nothing is known of these partitions, so nothing can be said of any minute. */
  | { readonly kind: 'blind'; readonly missing: readonly string[] };

/**
 * Up to when every partition of every input is recorded: the lowest of the partitions' watermarks. A partition
 * without one blinds us: its records may be about to come. Rows of topics that are no input are ignored.
 */
export function lowestWatermark(
  inputs: readonly { readonly topic: string; readonly partitions: number }[],
  progress: readonly PartitionWatermark[],
): Watermark {
  const byPartition = new Map(progress.map((row) => [`${row.topic}/${row.partition}`, row.watermarkMs]));
  const missing: string[] = [];
  let lowestMs = Number.POSITIVE_INFINITY;
  for (const { topic, partitions } of inputs) {
    for (let partition = 0; partition < partitions; partition++) {
      const name = `${topic}/${partition}`;
      const watermarkMs = byPartition.get(name) ?? 0;
      if (watermarkMs <= 0) missing.push(name);
      else lowestMs = Math.min(lowestMs, watermarkMs);
    }
  }
  if (missing.length > 0 || lowestMs === Number.POSITIVE_INFINITY) return { kind: 'blind', missing };
  return { kind: 'seen', watermarkMs: lowestMs };
}
