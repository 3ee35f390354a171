import type { SloAdjustment } from '../contract/events.ts';
import type { FieldProblem } from './field-problem.ts';

type Checked = Pick<SloAdjustment, 'slo' | 'service' | 'kind' | 'from_time' | 'until_time'>;

/** What is wrong with an adjustment of a budget beyond the types of its fields; empty if nothing is. */
export function checkAdjustment(adjustment: Checked): readonly FieldProblem[] {
  const { kind, from_time: from, until_time: until } = adjustment;
  const problems: FieldProblem[] = [];
  if (adjustment.slo === '')
    problems.push({ field: 'slo', message: 'must not be empty: name the objective' });
  if (adjustment.service === '')
    problems.push({ field: 'service', message: 'must not be empty: name one, or give null for all of them' });
  if (kind === 'BUDGET_RESET' && until !== null)
    problems.push({ field: 'until_time', message: 'must be null: a reset has a beginning and no end' });
  if (kind !== 'BUDGET_RESET' && until === null)
    problems.push({ field: 'until_time', message: `is missing: say when the ${kind} ends` });
  if (until !== null && until <= from)
    problems.push({ field: 'until_time', message: 'must be after from_time' });
  return problems;
}
