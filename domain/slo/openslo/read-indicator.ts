import { z } from 'zod';
import { INDICATOR_KINDS, type Indicator } from '../definition.ts';
import type { Sheet } from './sheet.ts';

const INDICATOR = ['spec', 'indicator'] as const;
const METRICS = [...INDICATOR, 'spec'] as const;
/** The objective of an SLO: exactly one is computed. */
export const OBJECTIVE = ['spec', 'objectives', 0] as const;

const outer = z.strictObject({ metadata: z.unknown().optional(), spec: z.looseObject({}) });
const metrics = z.strictObject({
  thresholdMetric: z.unknown().optional(),
  ratioMetric: z.unknown().optional(),
});
const thresholdMetric = z.strictObject({ metricSource: z.unknown().optional() });
const ratioMetric = z.strictObject({
  counter: z.boolean().optional(),
  rawType: z.literal('success'),
  raw: z.strictObject({ metricSource: z.unknown().optional() }),
});
const source = z.strictObject({ type: z.literal('docket'), spec: z.strictObject({ indicator: z.string() }) });

/** The indicator; undefined when something is wrong with it, which is noted. A threshold is `op` and `value`. */
export function readIndicator(sheet: Sheet): Indicator | undefined {
  if (sheet.take(INDICATOR, outer) === undefined) return undefined;
  const given = sheet.take(METRICS, metrics);
  if (given === undefined) return undefined;
  const hasThreshold = given.thresholdMetric !== undefined;
  if (hasThreshold === (given.ratioMetric !== undefined)) {
    sheet.problem(METRICS, 'must hold either thresholdMetric (for decision-latency) or ratioMetric');
    return undefined;
  }
  const path = [...METRICS, hasThreshold ? 'thresholdMetric' : 'ratioMetric'];
  const shape = sheet.take<unknown>(path, hasThreshold ? thresholdMetric : ratioMetric);
  const sourcePath = [...path, ...(hasThreshold ? [] : ['raw']), 'metricSource'];
  const metric = shape === undefined ? undefined : sheet.take(sourcePath, source);
  const kind = metric === undefined ? undefined : readKind(sheet, sourcePath, metric.spec.indicator);
  if (kind === undefined) return undefined;
  if ((kind === 'decision-latency') !== hasThreshold) {
    const message = hasThreshold
      ? `contradicts ${kind}, which has no threshold: use ratioMetric`
      : `contradicts ${kind}, which has a threshold: use thresholdMetric, and \`op: lte\` and \`value\` in ms`;
    sheet.problem(path, message, 'key');
    return undefined;
  }
  if (kind !== 'decision-latency') {
    refuseThreshold(sheet, kind);
    return { kind };
  }
  const thresholdMs = readThreshold(sheet);
  return thresholdMs === undefined ? undefined : { kind, thresholdMs };
}

function readKind(
  sheet: Sheet,
  sourcePath: readonly PropertyKey[],
  given: string,
): Indicator['kind'] | undefined {
  const kind = INDICATOR_KINDS.find((known) => known === given);
  if (kind !== undefined) return kind;
  const path = [...sourcePath, 'spec', 'indicator'];
  sheet.problem(path, `is an unknown metric: known are ${INDICATOR_KINDS.join(', ')}`);
  return undefined;
}

function readThreshold(sheet: Sheet): number | undefined {
  const op = sheet.take([...OBJECTIVE, 'op'], z.literal('lte'));
  const above = z.number().positive('must be a number of milliseconds above 0');
  const value = sheet.take([...OBJECTIVE, 'value'], above);
  return op === undefined ? undefined : value;
}

function refuseThreshold(sheet: Sheet, kind: string): void {
  for (const key of ['op', 'value']) {
    if (sheet.get(...OBJECTIVE, key) === undefined) continue;
    sheet.problem([...OBJECTIVE, key], `contradicts ${kind}, which has no threshold: remove it`, 'key');
  }
}
