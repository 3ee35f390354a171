import { INPUTS } from '../contract/inputs.ts';

const ENTRY = /^([^/,:\s]+)\/(\d{1,9}):(\d{1,15})$/;

/**
 * Reads `<topic>/<partition>:<offset>,…`: up to which offset of a stopped partition everything is to be quarantined.
 * @returns offsets by `topic/partition`, or null if the text is not of that form.
 */
export function parseQuarantineThrough(text: string): ReadonlyMap<string, number> | null {
  const through = new Map<string, number>();
  for (const entry of text.split(',')) {
    const match = ENTRY.exec(entry.trim());
    const [, topic, partition, offset] = match ?? [];
    const input = INPUTS.find((candidate) => candidate.topic === topic);
    if (input === undefined || Number(partition) >= input.partitions) return null;
    through.set(`${topic}/${Number(partition)}`, Number(offset));
  }
  return through;
}
