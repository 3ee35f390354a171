import type { Slo } from '../../../domain/slo/definition.ts';
import { describeProblem, parseOpenSlo } from '../../../domain/slo/openslo/parse-openslo.ts';
import { ConfigurationError } from '../../../platform/lifecycle/configuration.ts';
import { readYamlFolder } from '../../../platform/yaml/read-documents.ts';

const SETTING = 'DOCKET_SLO_DIRECTORY';

/**
 * Reads the SLOs of a directory: OpenSLO documents in its `*.yaml` files. Throws ConfigurationError with every problem
 * of every file at once, and when there is no SLO at all.
 */
export async function loadSlos(directory: string): Promise<readonly Slo[]> {
  const read = await readYamlFolder(directory).catch(() => null);
  if (read === null) {
    throw new ConfigurationError([`${SETTING}: this directory cannot be read; name an existing one`]);
  }
  const parsed = parseOpenSlo(read.documents);
  const problems = [...read.problems, ...('problems' in parsed ? parsed.problems : [])];
  if (problems.length > 0 || 'problems' in parsed)
    throw new ConfigurationError(problems.map(describeProblem));
  if (parsed.slos.length === 0) {
    throw new ConfigurationError([`${SETTING}: holds no SLO; an evaluator needs one`]);
  }
  return parsed.slos;
}
