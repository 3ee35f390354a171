import { z } from 'zod';
import { OBJECTIVE } from './read-indicator.ts';
import { annotationPath } from './read-metadata.ts';
import { hasOne, type Sheet } from './sheet.ts';

/** How a budget is counted, and how much of it there is. */
export type Budget =
  | { readonly budgeting: 'occurrences'; readonly objective: number }
  | {
      readonly budgeting: 'timeslices';
      readonly objective: number;
      readonly sliceObjective: number;
      readonly sliceMinutes: number;
    }
  | { readonly budgeting: 'absolute'; readonly maxCount: number };

const method = z.enum(['Occurrences', 'Timeslices']);
const objectives = z
  .array(z.unknown())
  .refine(hasOne, 'must hold exactly one objective: give one SLO for each');
const objective = z.strictObject({
  displayName: z.string().optional(),
  op: z.unknown().optional(),
  value: z.unknown().optional(),
  target: z.unknown().optional(),
  targetPercent: z.unknown().optional(),
  timeSliceTarget: z.unknown().optional(),
  timeSliceWindow: z.unknown().optional(),
});
const share = z
  .number()
  .gt(0, 'must be a share above 0, such as 0.999')
  .lt(1, 'must be a share below 1, such as 0.999: 100 % leaves no error budget');
const percent = z
  .number()
  .gt(0, 'must be above 0, such as 99.9')
  .lt(100, 'must be below 100, such as 99.9: 100 % leaves no error budget');
const sliceTarget = z.number().gt(0, 'must be a share above 0').max(1, 'must be a share of at most 1');
/** Short windows must hold a slice, and a slice must be whole minutes of those that the evaluator closes. */
const SLICE_MINUTES: Readonly<Record<string, number>> = { '1': 1, '1m': 1, '5': 5, '5m': 5 };

/** The budget; undefined when something is wrong with it, which is noted. */
export function readBudget(sheet: Sheet): Budget | undefined {
  const path = ['spec', 'budgetingMethod'];
  if (sheet.get(...path) === 'RatioTimeslices') {
    sheet.problem(path, 'is not computed: give Occurrences or Timeslices');
    return undefined;
  }
  const budgetingMethod = sheet.take(path, method);
  if (budgetingMethod === undefined) return undefined;
  if (sheet.get(...annotationPath('budget')) !== undefined) return readAbsolute(sheet, budgetingMethod);
  if (sheet.get(...annotationPath('maxCount')) !== undefined) {
    const message = 'says nothing without `docket/budget: absolute`: add that, or remove this';
    sheet.problem(annotationPath('maxCount'), message, 'key');
  }
  if (sheet.take(['spec', 'objectives'], objectives) === undefined) return undefined;
  if (sheet.take(OBJECTIVE, objective) === undefined) return undefined;
  const target = readTarget(sheet);
  if (budgetingMethod === 'Timeslices') return readSlices(sheet, target);
  refuse(
    sheet,
    ['timeSliceTarget', 'timeSliceWindow'],
    'contradicts `budgetingMethod: Occurrences`: remove it',
  );
  return target === undefined ? undefined : { budgeting: 'occurrences', objective: target };
}

function readTarget(sheet: Sheet): number | undefined {
  const [target, targetPercent] = [
    [...OBJECTIVE, 'target'],
    [...OBJECTIVE, 'targetPercent'],
  ];
  if (sheet.get(...targetPercent) === undefined) return sheet.take(target, share);
  if (sheet.get(...target) !== undefined) {
    sheet.problem(targetPercent, 'contradicts `target`: give one of them', 'key');
    return undefined;
  }
  const given = sheet.take(targetPercent, percent);
  return given === undefined ? undefined : Number((given / 100).toPrecision(12));
}

function readSlices(sheet: Sheet, target: number | undefined): Budget | undefined {
  const sliceObjective = sheet.take([...OBJECTIVE, 'timeSliceTarget'], sliceTarget);
  const path = [...OBJECTIVE, 'timeSliceWindow'];
  const given = sheet.get(...path);
  const sliceMinutes = SLICE_MINUTES[String(given)];
  if (given === undefined) sheet.problem(path, 'is missing: give 1m or 5m');
  else if (sliceMinutes === undefined) sheet.problem(path, 'is not computed: a slice lasts 1m or 5m');
  if (target === undefined || sliceObjective === undefined || sliceMinutes === undefined) return undefined;
  return { budgeting: 'timeslices', objective: target, sliceObjective, sliceMinutes };
}

function readAbsolute(sheet: Sheet, budgetingMethod: string): Budget | undefined {
  sheet.take(annotationPath('budget'), z.literal('absolute'));
  if (budgetingMethod !== 'Occurrences') {
    const message = 'contradicts `docket/budget: absolute`, which counts events: give Occurrences';
    sheet.problem(['spec', 'budgetingMethod'], message);
  }
  // Without a share there may be no objective at all; where there is one, it may hold a threshold only.
  if (sheet.get('spec', 'objectives') !== undefined) {
    sheet.take(['spec', 'objectives'], objectives);
    sheet.take(OBJECTIVE, objective);
    const shares = ['target', 'targetPercent', 'timeSliceTarget', 'timeSliceWindow'];
    refuse(sheet, shares, 'contradicts `docket/budget: absolute`, which has no share: remove it');
  }
  const given = sheet.get(...annotationPath('maxCount'));
  // Annotations are texts in OpenSLO; a number is what people write.
  const maxCount = /^\d{1,9}$/.test(String(given)) ? Number(given) : 0;
  if (maxCount >= 1) return { budgeting: 'absolute', maxCount };
  const wanted = 'a whole number from 1 on: as many bad events as the budget holds';
  const message = given === undefined ? `is missing: give ${wanted}` : `must be ${wanted}`;
  sheet.problem(annotationPath('maxCount'), message);
  return undefined;
}

function refuse(sheet: Sheet, keys: readonly string[], message: string): void {
  for (const key of keys) {
    if (sheet.get(...OBJECTIVE, key) !== undefined) sheet.problem([...OBJECTIVE, key], message, 'key');
  }
}
