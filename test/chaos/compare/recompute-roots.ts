import { leafHash } from '../../../domain/contract/leaf.ts';
import type { ReleasedSchema } from '../../../domain/contract/registry.ts';
import {
  appendLeaf,
  type CompactRange,
  EMPTY_RANGE,
  rangeRoot,
} from '../../../domain/merkle/compact-range.ts';

export interface RootCheck {
  /** The next offset's leaf: as stored, in hex; or that of an offset lost for a cause. Neither: a hole. */
  append(offset: number, storedLeaf: string | null, lostCause: string | null): void;
  /** How many of the saved roots of this size do not follow from the leaves. */
  compare(size: number, saved: readonly { readonly size: number; readonly root: string }[]): number;
}

/** The Merkle tree over the leaves of one partition. Above a hole nothing follows, so every root there is wrong. */
export function createRootCheck(
  lostSchema: ReleasedSchema,
  at: { readonly topic: string; readonly partition: number },
): RootCheck {
  let range: CompactRange | null = EMPTY_RANGE;
  let page: readonly { readonly size: number; readonly root: string }[] = [];
  let next = 0;
  return {
    append: (offset, storedLeaf, lostCause) => {
      if (range === null) return;
      if (storedLeaf !== null) range = appendLeaf(range, Buffer.from(storedLeaf, 'hex'));
      else if (lostCause !== null)
        range = appendLeaf(range, lostLeaf(lostSchema, { ...at, offset }, lostCause));
      else range = null;
    },
    compare: (size, saved) => {
      if (saved !== page) {
        page = saved;
        next = 0;
      }
      let wrong = 0;
      for (let row = page[next]; row !== undefined && row.size <= size; row = page[++next]) {
        if (row.size !== size) continue;
        const root = range === null ? '' : rangeRoot(range).toString('hex').toUpperCase();
        if (row.root !== root) wrong++;
      }
      return wrong;
    },
  };
}

function lostLeaf(schema: ReleasedSchema, coordinates: object, cause: string): Buffer {
  return leafHash(schema.sha256, schema.encode({ ...coordinates, cause }));
}
