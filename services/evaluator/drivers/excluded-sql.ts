import type { Exclusion } from '../../../domain/slo/adjustments.ts';
import type { Slo } from '../../../domain/slo/definition.ts';
import { digestDefinition } from '../slo/digest-definition.ts';
import { msOf } from './minute-sql.ts';

export interface ExcludedRows {
  /** Conditions on rows of slo_minutes: left out of the budget, and of the burn windows. */
  readonly ofBudget: string;
  readonly ofWindows: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Conditions for rows that exclusions leave out. Without any they are `false`, which costs nothing.
 * @param times minutes of a row of which one in the span leaves it out.
 */
export function excludedRows(
  slos: readonly Slo[],
  exclusions: readonly Exclusion[],
  times: readonly ('decided_minute' | 'append_minute')[],
): ExcludedRows {
  const spans = exclusions.flatMap((one) =>
    slos
      .filter(({ name }) => one.slo === '*' || one.slo === name)
      .map((slo) => ({ ...one, definition: digestDefinition(slo) })),
  );
  const ofWindows = spans.filter(({ leaves }) => leaves === 'budget-and-windows');
  return {
    ofBudget: condition('budget', spans.length, times),
    ofWindows: condition('windows', ofWindows.length, times),
    parameters: { ...parametersOf('budget', spans), ...parametersOf('windows', ofWindows) },
  };
}

type Span = Exclusion & { readonly definition: string };

function parametersOf(of: string, spans: readonly Span[]): Record<string, unknown> {
  if (spans.length === 0) return {};
  return {
    [`${of}_definitions`]: spans.map(({ definition }) => definition),
    [`${of}_tenants`]: spans.map(({ tenant }) => tenant),
    [`${of}_services`]: spans.map(({ service }) => service),
    [`${of}_from`]: spans.map(({ fromMs }) => fromMs),
    [`${of}_until`]: spans.map(({ untilMs }) => untilMs),
  };
}

function condition(of: string, spans: number, times: readonly string[]): string {
  if (spans === 0) return 'false';
  const within = times.map((time) => `(${msOf(time)} >= f AND ${msOf(time)} < u)`).join(' OR ');
  return (
    `arrayExists((d, t, s, f, u) -> d = definition AND t = tenant_id AND (s = '*' OR s = service) AND (${within}), ` +
    `{${of}_definitions:Array(String)}, {${of}_tenants:Array(String)}, {${of}_services:Array(String)}, ` +
    `{${of}_from:Array(Int64)}, {${of}_until:Array(Int64)})`
  );
}
