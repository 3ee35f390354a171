import { leafHash } from '../../domain/contract/leaf.ts';
import type { ReleasedSchema } from '../../domain/contract/registry.ts';
import type { LossCause, PartitionId } from './ports.ts';

/** Leaf of an offset that holds nothing we can read. */
export function lostLeaf(schema: ReleasedSchema, at: PartitionId, offset: number, cause: LossCause): Buffer {
  return leafHash(schema.sha256, schema.encode({ topic: at.topic, partition: at.partition, offset, cause }));
}
