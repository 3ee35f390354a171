import type { Incident } from '../contract/events.ts';
import type { FieldProblem } from './field-problem.ts';

type Checked = Pick<
  Incident,
  'step' | 'impact_started_at' | 'mitigated_at' | 'policy' | 'confidence' | 'category'
>;

/** What is wrong with a step of an incident beyond the types of its fields; empty if nothing is. */
export function checkIncident(incident: Checked): readonly FieldProblem[] {
  const { step, impact_started_at: started, mitigated_at: mitigated, policy, confidence } = incident;
  const problems: FieldProblem[] = [];
  if (incident.category === '')
    problems.push({ field: 'category', message: 'must not be empty: say what kind of incident it is' });
  if (confidence !== null && !(confidence >= 0 && confidence <= 1))
    problems.push({ field: 'confidence', message: 'must be from 0 to 1' });
  if (confidence !== null && policy === null)
    problems.push({ field: 'confidence', message: 'needs a policy that the incident is attributed to' });
  if (step === 'MITIGATED' && mitigated === null)
    problems.push({ field: 'mitigated_at', message: 'is missing: say when the harm ended' });
  if (started !== null && mitigated !== null && mitigated < started)
    problems.push({ field: 'mitigated_at', message: 'must not be before impact_started_at' });
  return problems;
}
