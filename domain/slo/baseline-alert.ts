import type { RatioSlo } from './definition.ts';
import { ALERTS, RECORDED } from './metric-names.ts';
import type { RuleGroup } from './rule-shapes.ts';
import { type SloAlert, selectWindow } from './slo-alert.ts';
import { prometheusDuration } from './windows.ts';

/** The relative reading of "4x baseline": so many times what is usual, and no less than that of the allowance. */
export const TIMES_BASELINE = 4;
/** Failures that the hour must hold, in events. */
export const BASELINE_MIN_BAD = 10;

/** The window whose burn rate is compared with what is usual of it. */
export const BASELINE_WINDOW = '1h';

const WEEK_SECONDS = 7 * 86_400;
/** Judged every so often within the week, without the last hour, which is the one that is judged. */
const STEP_SECONDS = 300;
const RECORD_EVERY_SECONDS = 3_600;
/** A median that is missed once, as when Prometheus starts again, is not missed. */
const VALID_SECONDS = 2 * RECORD_EVERY_SECONDS;

/**
 * Records what is usual, once an hour: a week of samples is too much to read for every evaluation. `slos`: one rule for
 * each; null: one for all that have a burn rate.
 */
export function baselineRules(slos: readonly RatioSlo[] | null, timescale: number): RuleGroup {
  const of = (seconds: number): string => prometheusDuration(seconds, timescale);
  const median = (burnRate: string) => ({
    record: RECORDED.baseline,
    expr:
      `quantile_over_time(0.5, ${burnRate}` +
      `[${of(WEEK_SECONDS)}:${of(STEP_SECONDS)}] offset ${of(RECORD_EVERY_SECONDS)})`,
  });
  return {
    name: 'docket-baseline',
    interval: of(RECORD_EVERY_SECONDS),
    rules:
      slos === null
        ? [median(`${RECORDED.burnRate}{window="${BASELINE_WINDOW}"}`)]
        : slos.map((slo) => ({
            ...median(selectWindow(RECORDED.burnRate, slo, BASELINE_WINDOW)),
            labels: { slo: slo.name },
          })),
  };
}

/**
 * A ticket when the last hour burns four times as fast as is usual, and so do the last five minutes. `minBad`: failures
 * that the hour must hold. Without a usual there is none: the absolute tiers judge.
 */
export function baselineAlert(
  slo: RatioSlo,
  { minBad, forSeconds, timescale }: { minBad: number; forSeconds: number; timescale: number },
): SloAlert {
  const burning = selectWindow(RECORDED.burnRate, slo, '1h');
  const usual = `last_over_time(${selectWindow(RECORDED.baseline, slo, '1h')}[${prometheusDuration(VALID_SECONDS, timescale)}])`;
  return {
    name: ALERTS.burnAboveBaseline,
    severity: 'ticket',
    window: '1h',
    condition: [
      `${burning} > ${TIMES_BASELINE} * clamp_min(${usual}, 1)`,
      `${selectWindow(RECORDED.burnRate, slo, '5m')} > ${TIMES_BASELINE}`,
      `${selectWindow(RECORDED.bad, slo, '1h')} >= ${minBad}`,
    ].join('\nand ignoring (window) '),
    conditions: [
      { kind: 'above-usual', window: '1h', times: TIMES_BASELINE },
      { kind: 'burn-above', window: '5m', factor: TIMES_BASELINE },
      { kind: 'bad-at-least', window: '1h', least: minBad },
    ],
    forSeconds,
    what: 'the error budget burns four times as fast as usual',
    describe: (value) =>
      `Over 1h, the budget burns at ${value} times its allowance: over ${TIMES_BASELINE} times the median of the last 7 days ` +
      `(at least 1 is taken for it), and over ${TIMES_BASELINE} in the last 5m.`,
    valueFormat: '%.1f',
  };
}
