import { ALERTS, RECORDED } from '../../domain/slo/metric-names.ts';
import type { AlertRule, RecordingRule, RuleGroup } from '../../domain/slo/rule-shapes.ts';

/** An alert and its whole condition over exported gauges. */
export interface Condition {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly expr: string;
}

const NOTHING = '(vector(1) > 1)';

/**
 * The condition of every alert but the one that always fires, with what recording rules record put in place of its
 * name. An alert can only fire where its condition holds, and a condition is quickly asked for many minutes at once.
 * Being blind is asked for once: while the condition of DocketBlind does not hold, no other depends on it. Throws where a
 * name stands for nothing that is recorded.
 */
export function alertConditions(groups: readonly RuleGroup[]): readonly Condition[] {
  const rules = groups.flatMap((group) => group.rules);
  const recorded = rules.filter((rule): rule is RecordingRule => 'record' in rule);
  return rules
    .filter((rule): rule is AlertRule => 'alert' in rule)
    .filter(({ alert }) => alert !== ALERTS.watchdog)
    .map(({ alert, labels, expr }) => {
      const asked = alert === ALERTS.blind ? expr : expr.replaceAll(RECORDED.blind, NOTHING);
      return { alert, labels, expr: putInPlace(asked, recorded) };
    });
}

/** What is usual in the past of a week; a chunk does not know it, and it is 1 at the least. */
const USUAL = /clamp_min\(last_over_time\([^)]*\), 1\)/g;

function putInPlace(expr: string, recorded: readonly RecordingRule[]): string {
  return expr
    .replace(USUAL, '1')
    .replace(/\b(docket:[a-z0-9_:]+)(?:\{([^}]*)\})?/g, (_, name: string, matchers = '') => {
      const [, slo] = /slo="([^"]*)"/.exec(matchers) ?? [];
      const meant = recorded.filter(
        ({ record, labels = {} }) => record === name && (labels.slo === undefined || labels.slo === slo),
      );
      // A promise that nobody made is no series.
      if (meant.length === 0) return name === RECORDED.inventory ? NOTHING : unknown(name);
      // The recorded series of an objective differ by window only, as do those they are made of.
      const others = matchers.split(',').filter((one: string) => one !== '' && !one.startsWith('slo='));
      const bodies = meant.map(({ expr: body }) =>
        putInPlace(
          body.replace(/\{([^}]*)\}/g, (__, own: string) => `{${[own, ...others].join(',')}}`),
          recorded,
        ),
      );
      return `(${bodies.join(' or ')})`;
    });
}

function unknown(name: string): never {
  throw new Error(`no rule records ${name}`);
}
