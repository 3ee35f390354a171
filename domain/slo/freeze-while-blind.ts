import { type AlertName, RECORDED } from './metric-names.ts';

/** Labels that a rule puts on its alerts, beside those that tell it from others of its name. */
const PUT_ON = ['alertname', 'alertstate', 'severity', 'scope', 'error_class', 'inhibit', 'owner', 'legal'];

/**
 * The condition of an alert, frozen while Docket is blind: nothing may resolve (we cannot see that it is over) and
 * nothing may start (what we read while catching up is over already); DocketBlind pages instead. A held alert has the
 * value −1, which its text knows. `own`: labels that tell it from alerts of the same name.
 */
export function frozenWhileBlind(
  name: AlertName,
  own: Readonly<Record<string, string>>,
  condition: string,
): string {
  const matchers = Object.entries({ alertname: name, alertstate: 'firing', ...own });
  const firing = `ALERTS{${matchers.map(([label, value]) => `${label}="${value}"`).join(',')}}`;
  return [
    '(',
    `(${condition})`,
    `unless on () ${RECORDED.blind} == 1`,
    ')',
    `or (-max without (${PUT_ON.join(', ')}) (${firing}) and on () ${RECORDED.blind} == 1)`,
  ].join('\n');
}
