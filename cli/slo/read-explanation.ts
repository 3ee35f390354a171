import { exclusionsOf, type SloAdjustment } from '../../domain/slo/adjustments.ts';
import { type JudgedCondition, judgeCondition } from '../../domain/slo/alert-conditions.ts';
import type { Slo } from '../../domain/slo/definition.ts';
import type { SloAlert } from '../../domain/slo/slo-alert.ts';
import { sloAlerts } from '../../domain/slo/slo-alerts.ts';
import { WINDOW_MINUTES, WINDOW_NAMES, type WindowName } from '../../domain/slo/windows.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { type BadDecision, findBadDecisions } from '../../services/evaluator/drivers/find-bad-decisions.ts';
import { readSloSeries } from '../../services/evaluator/drivers/reading-source.ts';
import type { WindowCounts } from '../../services/evaluator/slo/judge-window.ts';
import type { SloSeries } from '../../services/evaluator/slo/list-series.ts';
import { type PolicyInForce, readPolicies } from './read-policies.ts';

/** A question that has no answer: what is wrong with it, for a person. */
export class UnanswerableQuestion extends Error {}

export interface Question {
  readonly alert: string;
  readonly tenant: string;
  readonly service: string;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** One rule of an alert, such as one tier, at the end of the last minute that was closed by then. */
interface ExplainedRule {
  readonly severity: SloAlert['severity'];
  readonly window: WindowName | null;
  readonly conditions: readonly JudgedCondition[];
  readonly met: boolean;
  /** Minutes for which it must be met before it fires, and for which it had been, counted up to just over that. */
  readonly forMinutes: number;
  readonly metMinutes: number;
}

export interface Explanation {
  readonly slo: Slo;
  readonly rules: readonly ExplainedRule[];
  readonly windows: readonly { readonly window: WindowName; readonly counts: WindowCounts }[];
  readonly budgetRemaining: number | null;
  /** The window whose decisions are shown. */
  readonly behind: WindowName;
  readonly policies: readonly PolicyInForce[];
  /** Null where the indicator is about requests without a decision. */
  readonly decisions: readonly BadDecision[] | null;
}

export interface Explained {
  /** End of the last minute that ended by then: what the evaluator exported, once it had closed it. */
  readonly endMs: number;
  readonly explanations: readonly Explanation[];
}

const MAX_DECISIONS = 20;
/** Where no rule is met, the decisions of this window are shown. */
const DEFAULT_WINDOW: WindowName = '1h';

/**
 * What an alert of some objectives was judged by at a time in the past, computed again from closed minutes by the
 * evaluator's own functions. Throws UnanswerableQuestion.
 */
export async function readExplanation(
  clickhouse: ClickHouse,
  slos: readonly Slo[],
  question: Question,
  adjustments: readonly SloAdjustment[],
): Promise<Explained> {
  const asked = slosOf(slos, question);
  const { endMs, bucketMs } = await lastClosed(clickhouse, question.atMs);
  const at = (ms: number) => readSloSeries(clickhouse, asked, { endMs: ms, bucketMs, adjustments });
  const ofQuestion = (series: readonly SloSeries[]) =>
    series.filter(({ tenant, service }) => tenant === question.tenant && service === question.service);
  const earlier = new Map<number, readonly SloSeries[]>([[endMs, ofQuestion(await at(endMs))]]);
  const seriesAt = async (ms: number): Promise<readonly SloSeries[]> => {
    const known = earlier.get(ms) ?? ofQuestion(await at(ms));
    earlier.set(ms, known);
    return known;
  };
  const explanations: Explanation[] = [];
  for (const series of await seriesAt(endMs)) {
    const slo = asked.find(({ name }) => name === series.slo);
    if (slo === undefined) continue;
    const rules = await explainRules(slo, question.alert, async (minutesBack) =>
      (await seriesAt(endMs - minutesBack * bucketMs)).find((one) => one.slo === slo.name),
    );
    const behind = rules.find(({ met }) => met)?.window ?? DEFAULT_WINDOW;
    const range = { fromMs: endMs - WINDOW_MINUTES[behind] * bucketMs, toMs: endMs };
    const { tenant, service } = question;
    const scope = { tenant, service, range, bucketMs, exclusions: exclusionsOf(adjustments, endMs) };
    explanations.push({
      slo,
      rules,
      windows: WINDOW_NAMES.flatMap((window, index) => {
        const counts = series.windows[index];
        return counts === undefined ? [] : [{ window, counts }];
      }),
      budgetRemaining: series.budgetRemaining,
      behind,
      policies: await readPolicies(clickhouse, scope),
      decisions: await findBadDecisions(clickhouse, slo, scope, MAX_DECISIONS),
    });
  }
  if (explanations.length > 0) return { endMs, explanations };
  throw new UnanswerableQuestion(
    `--tenant ${question.tenant} --service ${question.service}: no objective with this alert covers it, or nobody had ` +
      `heard of it by ${new Date(endMs).toISOString()}`,
  );
}

function slosOf(slos: readonly Slo[], { alert }: Question): readonly Slo[] {
  const having = slos.filter((slo) => sloAlerts(slo).some(({ name }) => name === alert));
  if (having.length > 0) return having;
  const known = [...new Set(slos.flatMap((slo) => sloAlerts(slo).map(({ name }) => name)))].toSorted();
  throw new UnanswerableQuestion(
    `--alert ${alert}: is no alert of ${slos.length === 1 ? `the objective ${slos[0]?.name}` : 'these objectives'}; ` +
      `known are ${known.join(', ')}`,
  );
}

async function lastClosed(clickhouse: ClickHouse, atMs: number) {
  const [row] = await clickhouse.query<{ endMs: number; bucketMs: number; minutes: number; firstMs: number }>(
    `SELECT maxIf(toUnixTimestamp64Milli(watermark), toUnixTimestamp64Milli(watermark) <= {atMs:Int64}) AS endMs,
       any(bucket_ms) AS bucketMs, count() AS minutes, min(toUnixTimestamp64Milli(watermark)) AS firstMs
     FROM closed_minutes`,
    { atMs },
  );
  if (row === undefined || row.minutes === 0) {
    throw new UnanswerableQuestion('the evaluator has not closed a minute yet: there is nothing to explain');
  }
  if (row.endMs > 0) return row;
  const first = new Date(row.firstMs).toISOString();
  throw new UnanswerableQuestion(
    `--at ${new Date(atMs).toISOString()}: no minute was closed by then; the first one ended ${first}`,
  );
}

async function explainRules(
  slo: Slo,
  alertName: string,
  seriesBack: (minutes: number) => Promise<SloSeries | undefined>,
): Promise<ExplainedRule[]> {
  const now = await seriesBack(0);
  const explained: ExplainedRule[] = [];
  for (const alert of sloAlerts(slo)) {
    if (alert.name !== alertName || now === undefined) continue;
    const conditions = alert.conditions.map((one) => judgeCondition(slo, one, judged(now)));
    const met = conditions.every((one) => one.met);
    const forMinutes = Math.ceil(alert.forSeconds / 60);
    let metMinutes = 0;
    while (met && metMinutes <= forMinutes) {
      const before = await seriesBack(metMinutes + 1);
      metMinutes++;
      if (before === undefined) break;
      if (!alert.conditions.every((one) => judgeCondition(slo, one, judged(before)).met)) break;
    }
    const { severity, window } = alert;
    explained.push({ severity, window, conditions, met, forMinutes, metMinutes });
  }
  return explained;
}

function judged({ windows, expected, budgetRemaining }: SloSeries) {
  const counted = WINDOW_NAMES.flatMap((window, index): [WindowName, WindowCounts][] => {
    const counts = windows[index];
    return counts === undefined ? [] : [[window, counts]];
  });
  return { windows: new Map(counted), expected, budgetRemaining };
}
