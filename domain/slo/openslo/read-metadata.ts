import { z } from 'zod';
import type { Sheet } from './sheet.ts';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const CODE = /^(\*|[A-Za-z0-9][A-Za-z0-9._:-]{0,127})$/;

/** A name by which documents refer to each other. */
const name = z
  .string()
  .regex(/^.{0,63}$/s, 'must have at most 63 characters')
  .regex(NAME, 'must be kebab-case: lower-case letters, digits, single hyphens');

const code = z
  .string()
  .regex(CODE, 'must be "*" (each one apart) or one id of letters, digits and . _ : -, at most 128 long');

// Labels of one's own may be lists in OpenSLO; ours are one text each.
const labels = z.record(z.string(), z.union([z.string(), z.array(z.string())], 'text or a list of texts'));
const annotations = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()], 'text, a number, or true or false'),
);

const metadata = z.strictObject({
  name: z.unknown().optional(),
  displayName: z.string().optional(),
  labels: z.unknown().optional(),
  annotations: z.unknown().optional(),
});

const PREFIX = 'docket/';

/** The document's name, when it has one that can be referred to. */
export function readName(sheet: Sheet): string | undefined {
  sheet.take(['metadata'], metadata);
  return sheet.get('metadata') === undefined ? undefined : sheet.take(['metadata', 'name'], name);
}

/** Tenant and service that the labels name; undefined where they do not. */
export function readScope(sheet: Sheet): { readonly tenant?: string; readonly service?: string } {
  const path = ['metadata', 'labels'];
  if (sheet.get(...path) !== undefined) sheet.take(path, labels);
  refuseUnknown(sheet, path, ['tenant', 'service']);
  const of = (key: string): string | undefined => {
    const labelled = [...path, PREFIX + key];
    return sheet.get(...labelled) === undefined ? undefined : sheet.take(labelled, code);
  };
  const tenant = of('tenant');
  const service = of('service');
  return { ...(tenant === undefined ? {} : { tenant }), ...(service === undefined ? {} : { service }) };
}

/** Checks the annotations' shape, and that those of ours are among these. */
export function checkAnnotations(sheet: Sheet, known: readonly string[]): void {
  const path = ['metadata', 'annotations'];
  if (sheet.get(...path) !== undefined) sheet.take(path, annotations);
  refuseUnknown(sheet, path, known);
}

/** The path of an annotation of ours. */
export function annotationPath(key: string): readonly string[] {
  return ['metadata', 'annotations', PREFIX + key];
}

function refuseUnknown(sheet: Sheet, path: readonly string[], known: readonly string[]): void {
  const given = sheet.get(...path);
  if (typeof given !== 'object' || given === null) return;
  for (const key of Object.keys(given)) {
    if (!key.startsWith(PREFIX) || known.includes(key.slice(PREFIX.length))) continue;
    const ours = known.map((one) => PREFIX + one).join(', ');
    sheet.problem(
      [...path, key],
      `is unknown: ${ours === '' ? 'there is none here' : `known are ${ours}`}`,
      'key',
    );
  }
}
