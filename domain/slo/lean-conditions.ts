import { allowedBadShare } from './burn-rate.ts';
import type { Slo } from './definition.ts';
import { ALERTS, type AlertName, GAUGES, RECORDED } from './metric-names.ts';
import { LEAN_WINDOWS } from './shown-counts.ts';
import { ALL_BAD_MIN, NO_DATA_WINDOW } from './slo-alerts.ts';

/**
 * The condition of an alert, over the evaluators' gauges instead of recorded series. Whatever is asked of failures is
 * asked of gauges that are absent where nothing failed; the counts of all events, which every series has, are read only
 * where silence is what is looked for. `isPromised`: the inventory promises series of the objective.
 */
export function leanCondition(alert: AlertName, condition: string, slo: Slo, isPromised: boolean): string {
  if (alert === ALERTS.noData) return noData(slo, isPromised);
  if (alert === ALERTS.goodExceedsTotal) {
    const some = `{slo="${slo.name}",window=~"${LEAN_WINDOWS.join('|')}"}`;
    return condition.replaceAll(`{slo="${slo.name}"}`, () => some);
  }
  if (alert === ALERTS.allBad && slo.budgeting === 'occurrences') return allBad(condition, slo.objective);
  if (alert === ALERTS.burnAboveBaseline) return aboveBaseline(condition);
  if (alert === ALERTS.servicesFailing || alert === ALERTS.tenantsFailing) return ofPaging(condition);
  const gauges = readGauges(
    slo.budgeting === 'absolute' ? condition : withoutTotals(condition, slo.objective),
  );
  return gauges === condition ? condition : merged(gauges);
}

function merged(of: string): string {
  return `max without (instance, job) (${of})`;
}

// What is due by the word of any evaluator, and of which none counts an event. Nobody but the inventory speaks for what
// no evaluator knows.
function noData(slo: Slo, isPromised: boolean): string {
  const of = (name: string, window = '') => `${name}{slo="${slo.name}"${window}}`;
  const inWindow = (name: string) => of(name, `,window="${NO_DATA_WINDOW}"`);
  const active =
    slo.budgeting === 'timeslices'
      ? `(${inWindow(GAUGES.total)} - ${inWindow(GAUGES.emptySlices)})`
      : inWindow(GAUGES.total);
  const silent = `unless on (slo, tenant, service) ${active} > 0`;
  const due = `max by (slo, tenant, service) (${of(GAUGES.expected)} == 1 ${silent})`;
  if (!isPromised) return due;
  const promised = `${of(RECORDED.inventory)} unless on (slo, tenant, service) ${of(GAUGES.expected)} ${silent}`;
  return `${due} or max by (slo, tenant, service) (${promised})`;
}

// Every event failed where the budget burns as fast as it can.
function allBad(condition: string, objective: number): string {
  const [, windows = ''] = /(\{[^}]*\})/.exec(condition) ?? [];
  const most = `1 / ${allowedBadShare(objective)}`;
  return (
    `max without (instance, job, window) (${GAUGES.bad}${windows} >= ${ALL_BAD_MIN} ` +
    `and ${GAUGES.burnRate}${windows} >= ${most})`
  );
}

// What is usual has no evaluator, so that replicas are merged before they are compared with it.
function aboveBaseline(condition: string): string {
  return condition
    .split(AND)
    .map((one) => {
      const [, burning = '', above = ''] = /^(\S+\})( [\s\S]*)$/.exec(one) ?? [];
      return `${merged(readGauges(burning))}${above}`;
    })
    .join(AND);
}

/** What joins the conditions of a burn rate. */
const AND = '\nand ignoring (window) ';

// Whose traffic there is is asked only of objectives that have a page.
function ofPaging(condition: string): string {
  const [pages] = /ALERTS\{[^}]*\}/.exec(condition) ?? [];
  return readGauges(condition).replace(/ > 0\)/, () => ` > 0 and on (slo) ${pages})`);
}

// By how many failures make what burn rate, the total of a bound is known.
function withoutTotals(condition: string, objective: number): string {
  return condition.replaceAll(TOTAL_OF_BURNING, (_, share: string, selector: string) => {
    const total = `${RECORDED.bad}${selector} / ${RECORDED.burnRate}${selector} / ${allowedBadShare(objective)}`;
    return `${share} * (${total})`;
  });
}

const TOTAL_OF_BURNING = new RegExp(`(> \\S+) \\* ${RECORDED.total}(\\{[^}]*\\})`, 'g');

function readGauges(condition: string): string {
  return condition.replaceAll(RECORDED_COUNT, (whole, name: string, selector: string) => {
    const gauge = (of: string) => `${of}${selector}`;
    if (name === RECORDED.bad) return gauge(GAUGES.bad);
    if (name === RECORDED.total) return gauge(GAUGES.total);
    if (name === RECORDED.active) return `(${gauge(GAUGES.total)} - ${gauge(GAUGES.emptySlices)})`;
    return name === RECORDED.burnRate ? gauge(GAUGES.burnRate) : whole;
  });
}

const RECORDED_COUNT = new RegExp(
  `(${[RECORDED.bad, RECORDED.total, RECORDED.active, RECORDED.burnRate].join('|')})(\\{[^}]*\\})`,
  'g',
);
