import { INPUTS } from '../../../domain/contract/inputs.ts';
import type { Barrier } from '../../../domain/erasure/barriers.ts';
import type { LogBoundsReader } from '../../../platform/kafka/log-bounds.ts';
import type { LogBounds } from '../ports.ts';

/** Where the logs of all inputs begin and end, as the broker has them now. */
export function createLogBounds(reader: Pick<LogBoundsReader, 'read'>): LogBounds {
  const read = async (pick: 'start' | 'end'): Promise<Barrier[]> => {
    const topics = await Promise.all(
      INPUTS.map(async ({ topic }) =>
        (await reader.read(topic)).map((bounds) => ({
          topic,
          partition: bounds.partition,
          offset: bounds[pick],
        })),
      ),
    );
    return topics.flat();
  };
  return { starts: () => read('start'), ends: () => read('end') };
}
