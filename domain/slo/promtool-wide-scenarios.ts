import type { Slo } from './definition.ts';
import { ALERTS } from './metric-names.ts';
import {
  type CountsByWindow,
  FIRING_MINUTE,
  fires,
  none,
  quiet,
  type Scenario,
  sees,
} from './promtool-checks.ts';
import { exampleSubject, type Phase } from './promtool-timeline.ts';
import type { SloAlert } from './slo-alert.ts';
import { WIDE_MIN } from './system-wide-alerts.ts';

/** The single pages are kept firing for five minutes, and then what stands for them. */
const RESET_MINUTES = 12;

/**
 * What happens when many services, or many tenants, have a page at once. `failing`: counts that make one;
 * `afterMinute`: by when they have.
 */
export function wideScenarios(
  slo: Slo,
  alerts: readonly SloAlert[],
  failing: CountsByWindow,
  afterMinute = FIRING_MINUTE,
): Scenario[] {
  const example = exampleSubject(slo);
  return [
    { name: ALERTS.servicesFailing, label: 'service' as const, many: 'services of a tenant' },
    { name: ALERTS.tenantsFailing, label: 'tenant' as const, many: 'tenants' },
  ].flatMap(({ name, label, many }) => {
    const alert = alerts.find((one) => one.name === name);
    if (alert === undefined) return [];
    const some = (count: number, prefix: string) =>
      Array.from({ length: count }, (_, index) => ({ ...example, [label]: `${prefix}-${index}` }));
    const bad = sees(afterMinute + 2, failing);
    const gone: Phase = { minutes: 3, evaluator: 'gone', counts: failing };
    const back = bad.minutes + gone.minutes;
    return [
      {
        name: `${WIDE_MIN} ${many} that fail at once are one page, held while Docket is blind, until they recover`,
        phases: [bad, gone, sees(RESET_MINUTES + 1, none)],
        options: { subjects: some(WIDE_MIN, 'failing') },
        checks: [
          fires(afterMinute, alert, WIDE_MIN),
          fires(back - 1, alert, 'held', bad.minutes - 1),
          ...quiet(back + RESET_MINUTES, name),
        ],
      },
      {
        name: `${WIDE_MIN - 1} ${many} keep their own pages`,
        phases: [sees(afterMinute + 1, failing)],
        options: { subjects: some(WIDE_MIN - 1, 'failing') },
        checks: quiet(afterMinute, name),
      },
      {
        name: `${WIDE_MIN} ${many} among many more keep their own pages`,
        phases: [sees(afterMinute + 1, failing)],
        options: { subjects: some(WIDE_MIN, 'failing'), calm: some(WIDE_MIN + 1, 'calm') },
        checks: quiet(afterMinute, name),
      },
    ];
  });
}
