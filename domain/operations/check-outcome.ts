import type { EnforcementOutcome } from '../contract/events.ts';
import type { FieldProblem } from './field-problem.ts';

type Checked = Pick<EnforcementOutcome, 'attempt' | 'applied' | 'final'>;

/** What is wrong with a reported outcome beyond the types of its fields; empty if nothing is. */
export function checkOutcome({ attempt, applied, final }: Checked): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (attempt < 1) problems.push({ field: 'attempt', message: 'must be 1 or more: attempts count from 1' });
  if (final && applied === 'PENDING')
    problems.push({ field: 'final', message: 'must be false: what is PENDING is not settled' });
  return problems;
}
