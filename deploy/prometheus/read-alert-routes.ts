import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { AlertRoutes } from '../../domain/slo/alert-routes.ts';
import type { Slo } from '../../domain/slo/definition.ts';
import { describeProblem } from '../../domain/slo/openslo/parse-openslo.ts';
import { parseAlertRoutes } from '../../domain/slo/parse-alert-routes.ts';
import { parseYamlDocuments } from '../../platform/yaml/read-documents.ts';

/**
 * Who is told of alerts besides on-call, or every problem of the file, as `file:line:column: what`. Throws when the
 * file cannot be read.
 */
export async function checkAlertRoutes(
  file: string,
  slos: readonly Slo[],
): Promise<{ readonly routes: AlertRoutes } | { readonly problems: readonly string[] }> {
  const read = parseYamlDocuments(basename(file), await readFile(file, 'utf8'));
  const parsed = parseAlertRoutes(
    read.documents,
    slos.map(({ name }) => name),
  );
  const problems = [...read.problems, ...('problems' in parsed ? parsed.problems : [])];
  if (problems.length > 0 || 'problems' in parsed) return { problems: problems.map(describeProblem) };
  return parsed;
}

/** The same; throws an Error that lists every problem of the file. */
export async function readAlertRoutes(file: string, slos: readonly Slo[]): Promise<AlertRoutes> {
  const checked = await checkAlertRoutes(file, slos);
  if ('routes' in checked) return checked.routes;
  throw new Error(`${file} is wrong:\n  ${checked.problems.join('\n  ')}`);
}
