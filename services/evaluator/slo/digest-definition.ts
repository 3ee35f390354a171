import { createHash } from 'node:crypto';
import type { Slo } from '../../../domain/slo/definition.ts';

/**
 * Short digest (16 hex digits) of how an SLO counts: its name, indicator and scope. The objective is left out, as
 * it changes what the counts mean and not the counts.
 */
export function digestDefinition(slo: Slo): string {
  const thresholdMs = slo.indicator.kind === 'decision-latency' ? slo.indicator.thresholdMs : null;
  const counting = [slo.name, slo.indicator.kind, thresholdMs, slo.tenant, slo.service];
  return createHash('sha256').update(JSON.stringify(counting)).digest('hex').slice(0, 16);
}
