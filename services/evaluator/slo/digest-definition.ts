import { createHash } from 'node:crypto';
import type { Slo } from '../../../domain/slo/definition.ts';

/**
 * Raised when an indicator counts otherwise than it did: what a store has of closed minutes then stays as it is, under
 * the digest of before, and is not added to numbers that mean something else. 2: decisions count once they are final.
 */
const WAY_OF_COUNTING: Readonly<Partial<Record<Slo['indicator']['kind'], number>>> = {
  'enforcement-success': 2,
};

/**
 * Short digest (16 hex digits) of how an SLO counts: its name, indicator and scope. The objective is left out, as
 * it changes what the counts mean and not the counts.
 */
export function digestDefinition(slo: Slo): string {
  const thresholdMs = slo.indicator.kind === 'decision-latency' ? slo.indicator.thresholdMs : null;
  const counting = [slo.name, slo.indicator.kind, thresholdMs, slo.tenant, slo.service];
  const way = WAY_OF_COUNTING[slo.indicator.kind];
  if (way !== undefined) counting.push(way);
  return createHash('sha256').update(JSON.stringify(counting)).digest('hex').slice(0, 16);
}
