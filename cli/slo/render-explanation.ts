import { burnRate } from '../../domain/slo/burn-rate.ts';
import type { Slo } from '../../domain/slo/definition.ts';
import type { WindowCounts } from '../../services/evaluator/slo/judge-window.ts';
import type { Explained, Explanation, Question } from './read-explanation.ts';
import { renderColumns } from './render-columns.ts';
import { describeObjective } from './render-definitions.ts';

const FIGURES = 4;

/** An explanation for people. */
export function renderExplanation(
  question: Question,
  { endMs, explanations }: Explained,
  auditorUrl: string,
) {
  const head =
    `${question.alert} of tenant ${question.tenant}, service ${question.service} at ${iso(question.atMs)}, ` +
    `by all that was appended before ${iso(endMs)}`;
  return [head, ...explanations.map((one) => renderOne(one, question, endMs, auditorUrl))].join('\n\n');
}

/** The same as one object for programs. Times are RFC 3339. */
export function explanationToJson(
  question: Question,
  { endMs, explanations }: Explained,
  auditorUrl: string,
): object {
  const { alert, tenant, service } = question;
  return {
    ...{ alert, tenant, service, at: iso(question.atMs), end: iso(endMs) },
    objectives: explanations.map((one) => ({
      slo: one.slo.name,
      met: one.rules.some(({ met }) => met),
      rules: one.rules.map(({ severity, window, met, forMinutes, metMinutes, conditions }) => ({
        ...{ severity, window, met, for_minutes: forMinutes, met_minutes: metMinutes, conditions },
      })),
      windows: one.windows.map(({ window, counts }) => ({
        window,
        ...counts,
        burn_rate: burnOf(one.slo, counts),
      })),
      budget_remaining: one.budgetRemaining,
      policies: one.policies.map(({ activatedMs, activeVersion, ...policy }) => ({
        ...policy,
        active_version: activeVersion,
        activated_at: activatedMs === null ? null : iso(activatedMs),
      })),
      decisions_window: one.behind,
      decisions:
        one.decisions?.map(({ decisionId, enforcerId, decidedMs, ...decision }) => ({
          ...{ decision_id: decisionId, enforcer_id: enforcerId, decided_at: iso(decidedMs), ...decision },
        })) ?? null,
      link: linkTo(auditorUrl, one.slo, question, endMs),
    })),
  };
}

function renderOne(one: Explanation, question: Question, endMs: number, auditorUrl: string): string {
  const { slo, budgetRemaining: left } = one;
  return [
    `${slo.name}: ${describeObjective(slo)}; ${left === null ? 'no data of the budget' : `${figure(100 * left)} % of the budget left`}`,
    ...one.rules.map(renderRule),
    '',
    renderColumns(
      ['WINDOW', 'GOOD', 'BAD', 'TOTAL', 'UNKNOWN', 'LATE', 'BURN'],
      one.windows.map(({ window, counts }) => [
        ...[window, counts.good, counts.bad, counts.total, counts.unknown, counts.late].map(String),
        figure(burnOf(slo, counts)),
      ]),
    ),
    '',
    one.policies.length === 0
      ? `No decision of the service within ${one.behind}: no policy was in force that anybody saw.`
      : renderColumns(
          ['POLICY', 'VERSION', 'DECISIONS', `ACTIVE AT THE END`],
          one.policies.map(({ policy, version, decisions, activeVersion, activatedMs }) => [
            ...[policy, version, String(decisions)],
            activeVersion === null ? 'unknown' : `${activeVersion} since ${iso(activatedMs ?? 0)}`,
          ]),
        ),
    '',
    renderDecisions(one),
    `all of them: ${linkTo(auditorUrl, slo, question, endMs)}`,
  ].join('\n');
}

function renderRule({ severity, window, met, forMinutes, metMinutes, conditions }: Explanation['rules'][0]) {
  const held = metMinutes > forMinutes ? `more than ${forMinutes}` : String(metMinutes);
  const verdict = met
    ? `all met, for ${held} of the ${forMinutes} minutes that it takes to fire`
    : 'would not fire';
  const lines = conditions.map(
    (one) => `    ${one.met ? 'met    ' : 'not met'}  ${one.what}: ${one.comparison}`,
  );
  return [`  ${severity}${window === null ? '' : ` over ${window}`}: ${verdict}`, ...lines].join('\n');
}

function renderDecisions({ decisions, behind, windows }: Explanation): string {
  if (decisions === null) {
    return 'No decisions to show: this objective counts requests that nobody decided about.';
  }
  if (decisions.length === 0) return `No bad decision within ${behind}.`;
  const bad = windows.find(({ window }) => window === behind)?.counts.bad ?? 0;
  const of = bad > decisions.length ? ` of ${bad}` : '';
  return [
    `Bad decisions within ${behind}, the newest ${decisions.length}${of}:`,
    renderColumns(
      ['DECISION', 'ENFORCER', 'DECIDED', 'POLICY', 'OUTCOME'],
      decisions.map((one) => [
        ...[one.decisionId, one.enforcerId, iso(one.decidedMs), `${one.policy} ${one.version}`, one.outcome],
      ]),
    ),
  ].join('\n');
}

// As in the annotations of alerts, so that both lead to the same page.
function linkTo(auditorUrl: string, slo: Slo, { tenant, service }: Question, endMs: number): string {
  const query = new URLSearchParams({ slo: slo.name, tenant, service, at: String(endMs / 1000) });
  return `${auditorUrl.replace(/\/+$/, '')}/go?${query}`;
}

function burnOf(slo: Slo, { bad, total }: WindowCounts): number | null {
  return slo.budgeting === 'absolute' ? null : burnRate(bad, total, slo.objective);
}

function figure(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(FIGURES)));
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
