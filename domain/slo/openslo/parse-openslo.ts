import { z } from 'zod';
import type { Slo } from '../definition.ts';
import { type AlertPolicy, readAlertPolicy } from './read-alert-policy.ts';
import { checkAnnotations, readName, readScope } from './read-metadata.ts';
import { type Definitions, readSlo } from './read-slo.ts';
import { openSheet, type PositionedDocument, type Sheet, type SloProblem } from './sheet.ts';

export type ParsedSlos = { readonly slos: readonly Slo[] } | { readonly problems: readonly SloProblem[] };

const KINDS = ['Service', 'AlertPolicy', 'SLO'] as const;
const OTHER_KINDS = ['SLI', 'AlertCondition', 'AlertNotificationTarget', 'DataSource'];
const apiVersion = z.literal('openslo/v1');
const document = z.strictObject({
  apiVersion: z.unknown().optional(),
  kind: z.unknown().optional(),
  metadata: z.unknown().optional(),
  spec: z.unknown().optional(),
});
const serviceSpec = z.strictObject({ description: z.string().optional() }).nullable();

type Entry = {
  readonly sheet: Sheet;
  readonly kind: (typeof KINDS)[number];
  readonly name: string | undefined;
};

/**
 * Reads documents in the shape of OpenSLO v1, which refer to each other by name wherever they stand. Either every
 * SLO, in the order given, or every problem of every document at once, in the order of files and lines.
 */
export function parseOpenSlo(documents: readonly PositionedDocument[]): ParsedSlos {
  const problems: SloProblem[] = [];
  const entries = documents.flatMap((one) => readEntry(openSheet(one, problems)) ?? []);
  refuseDuplicates(entries);
  const of = (kind: Entry['kind']) => entries.filter((entry) => entry.kind === kind);
  const services: [string, ReturnType<typeof readScope>][] = of('Service').map(({ sheet, name }) => {
    checkAnnotations(sheet, []);
    if (sheet.get('spec') !== undefined) sheet.take(['spec'], serviceSpec);
    return [name ?? '', readScope(sheet)];
  });
  const policies: [string, AlertPolicy | undefined][] = of('AlertPolicy').map(({ sheet, name }) => [
    name ?? '',
    readAlertPolicy(sheet),
  ]);
  const defined: Definitions = { services: new Map(services), policies: new Map(policies) };
  const slos = of('SLO').flatMap(({ sheet, name }) => readSlo(sheet, name, defined) ?? []);
  if (problems.length === 0) return { slos };
  const order = new Map(documents.map(({ file }, index) => [file, index]));
  return {
    problems: problems.toSorted(
      (a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.line - b.line || a.column - b.column,
    ),
  };
}

/** A problem as one line: `file:line:column: what is wrong, what to do`. */
export function describeProblem({ file, line, column, message }: SloProblem): string {
  return `${file}:${line}:${column}: ${message}`;
}

function readEntry(sheet: Sheet): Entry | undefined {
  const kind = KINDS.find((known) => known === sheet.get('kind'));
  if (sheet.take([], z.looseObject({})) === undefined) return undefined;
  sheet.take([], document);
  sheet.take(['apiVersion'], apiVersion);
  if (kind !== undefined) return { sheet, kind, name: readName(sheet) };
  const given = sheet.get('kind');
  if (OTHER_KINDS.some((other) => other === given)) {
    sheet.problem(['kind'], `is not computed: remove the document; Docket reads ${KINDS.join(', ')}`);
  } else sheet.take(['kind'], z.enum(KINDS));
  return undefined;
}

function refuseDuplicates(entries: readonly Entry[]): void {
  const fileByName = new Map<string, string>();
  for (const { sheet, kind, name } of entries) {
    if (name === undefined) continue;
    const key = `${kind} ${name}`;
    const earlier = fileByName.get(key);
    if (earlier === undefined) fileByName.set(key, sheet.file);
    else
      sheet.problem(['metadata', 'name'], `is already used by the ${kind} in ${earlier}: give each its own`);
  }
}
