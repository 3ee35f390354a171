import { createHash } from 'node:crypto';
import type { SchemaRegistry } from '../contract/registry.ts';
import { FINAL_GATE_VERSION } from '../final-gate/final-gate.ts';
import { ALLOWED_SKEW_MS } from './flag-times.ts';
import { SAMPLING_POLICY } from './mark-sample.ts';
import { DUPLICATE_WINDOW_OFFSETS } from './seen-events.ts';

/** Raise it when the code of a stage changes what it gives for the same event. */
const ENGINE_VERSION = 'docket-recording/2';

/**
 * Digest (32 bytes) of everything that decides how a sent event becomes a recorded one: stages, redaction rules,
 * schemas. It stands in every record, so that two replays can be told to agree for the right reason.
 */
export function transformDigest(registry: SchemaRegistry, redactionDigest: string): Buffer {
  const parts = [
    ENGINE_VERSION,
    `redaction ${redactionDigest}`,
    `final gate ${FINAL_GATE_VERSION}`,
    `sampling ${SAMPLING_POLICY}`,
    `skew ${ALLOWED_SKEW_MS}`,
    `duplicates ${DUPLICATE_WINDOW_OFFSETS}`,
    ...registry.all.map((schema) => `schema ${schema.id} ${schema.sha256.toString('hex')}`),
  ];
  return createHash('sha256').update(parts.join('\n')).digest();
}
