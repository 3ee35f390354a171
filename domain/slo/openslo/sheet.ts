import type { z } from 'zod';

type TextPosition = { readonly line: number; readonly column: number };

/** One document of a file as read from its text, with the way back to where things stand in it. */
export type PositionedDocument = {
  readonly file: string;
  readonly value: unknown;
  readonly positionOf: (path: readonly PropertyKey[], part?: 'value' | 'key') => TextPosition;
};

/** Something wrong in a definition: where, what, and what to do. */
export type SloProblem = TextPosition & { readonly file: string; readonly message: string };

/** A document that is being read: parts of it are taken one by one, and every problem is kept. */
export type Sheet = {
  readonly file: string;
  /** The value at a path; undefined where there is none. */
  readonly get: (...path: readonly PropertyKey[]) => unknown;
  /** The part at a path when it has the shape; else undefined, and the problems are noted. */
  readonly take: <T>(path: readonly PropertyKey[], shape: z.ZodType<T>) => T | undefined;
  readonly problem: (path: readonly PropertyKey[], message: string, part?: 'value' | 'key') => void;
};

/** Whether a list holds exactly one thing. Zod's own `length` speaks up for texts as well. */
export function hasOne(list: readonly unknown[]): boolean {
  return list.length === 1;
}

/** Keys of OpenSLO that say something which Docket does not compute. */
const NOT_COMPUTED: Readonly<Record<string, string>> = {
  indicatorRef: 'write the indicator itself under `indicator`',
  metricSourceRef: 'give `type: docket`',
  good: 'Docket counts good and total itself; give `rawType: success` and `raw`',
  bad: 'Docket counts good and total itself; give `rawType: success` and `raw`',
  total: 'Docket counts good and total itself; give `rawType: success` and `raw`',
  compositeWeight: 'give one SLO for each objective',
  indicator: 'the indicator belongs under `spec`',
  notificationTargets: 'routes are in deploy/alertmanager',
  alertWhenResolved: 'receivers in deploy/alertmanager say whether they are told',
  conditionRef: 'write the condition itself',
};

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list of exactly one',
  object: 'a mapping',
  record: 'a mapping',
};

/** Starts reading a document; what is wrong is added to `problems`. */
export function openSheet(document: PositionedDocument, problems: SloProblem[]): Sheet {
  const get = (...path: readonly PropertyKey[]): unknown => path.reduce(step, document.value);
  const problem: Sheet['problem'] = (path, message, part = 'value') => {
    const where = path.length === 0 ? '' : `${formatPath(path)} `;
    problems.push({ file: document.file, ...document.positionOf(path, part), message: `${where}${message}` });
  };
  return {
    file: document.file,
    get,
    problem,
    take: (path, shape) => {
      const parsed = shape.safeParse(get(...path));
      if (parsed.success) return parsed.data;
      for (const issue of parsed.error.issues) noteIssue(issue, path, get, problem);
      return undefined;
    },
  };
}

function noteIssue(
  issue: z.core.$ZodIssue,
  base: readonly PropertyKey[],
  get: Sheet['get'],
  problem: Sheet['problem'],
): void {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) problem([...path, key], describeUnknown(key), 'key');
    return;
  }
  const isMissing = get(...path) === undefined;
  if (issue.code === 'invalid_type' || issue.code === 'invalid_union') {
    const wanted =
      issue.code === 'invalid_type' ? (EXPECTED[issue.expected] ?? issue.expected) : issue.message;
    problem(path, isMissing ? `is missing: give ${wanted}` : `must be ${wanted}`);
  } else if (issue.code === 'invalid_value') {
    const wanted = issue.values.map(String).join(', ');
    const choice = issue.values.length === 1 ? wanted : `one of ${wanted}`;
    problem(path, isMissing ? `is missing: give ${choice}` : `must be ${choice}`);
  } else problem(path, issue.message);
}

function describeUnknown(key: string): string {
  const instead = NOT_COMPUTED[key];
  return instead === undefined
    ? 'is unknown here: remove it, or correct its name'
    : `is not computed: remove it; ${instead}`;
}

function step(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key);
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}
