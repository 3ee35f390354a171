import type { Slo } from '../../../domain/slo/definition.ts';
import { describeProblem, parseOpenSlo } from '../../../domain/slo/openslo/parse-openslo.ts';
import { ConfigurationError } from '../../../platform/lifecycle/configuration.ts';
import { readYamlFolder } from '../../../platform/yaml/read-documents.ts';

/** Reads the objectives of a folder. Throws ConfigurationError with every problem of every file. */
export async function readSlos(directory: string): Promise<readonly Slo[]> {
  const variable = 'DOCKET_SLO_DIRECTORY';
  const read = await readYamlFolder(directory).catch(() => null);
  if (read === null) throw new ConfigurationError([`${variable}: the folder cannot be read`]);
  const parsed = parseOpenSlo(read.documents);
  const problems = [...read.problems, ...('problems' in parsed ? parsed.problems : [])];
  if (problems.length > 0 || 'problems' in parsed) {
    throw new ConfigurationError(problems.map((problem) => `${variable}: ${describeProblem(problem)}`));
  }
  if (parsed.slos.length === 0) throw new ConfigurationError([`${variable}: the folder holds no SLO`]);
  return parsed.slos;
}
