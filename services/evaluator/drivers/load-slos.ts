import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { parseSloDefinitions, type Slo } from '../../../domain/slo/definition.ts';
import { ConfigurationError } from '../../../platform/lifecycle/configuration.ts';

/**
 * Reads every `*.yaml` of a directory as one SLO, in the order of their names. Throws ConfigurationError with every
 * problem of every file at once, and when there is no file at all.
 */
export function loadSlos(directory: string): readonly Slo[] {
  const documents = namesIn(directory).map((file) => {
    const document = parseDocument(readFileSync(join(directory, file), 'utf8'));
    const [error] = document.errors;
    return { file, value: error === undefined ? document.toJS() : null, isYaml: error === undefined };
  });
  const notYaml = documents.filter(({ isYaml }) => !isYaml).map(({ file }) => `${file}: is not valid YAML`);
  const parsed = parseSloDefinitions(documents.filter(({ isYaml }) => isYaml));
  const problems = 'problems' in parsed ? parsed.problems : [];
  const all = [
    ...notYaml,
    ...problems.map(({ file, path, message }) => `${file}: ${path === '' ? '' : `${path} `}${message}`),
  ];
  if (all.length > 0 || 'problems' in parsed) throw new ConfigurationError(all);
  return parsed.slos;
}

function namesIn(directory: string): readonly string[] {
  let names: string[];
  try {
    names = readdirSync(directory).filter((name) => /\.ya?ml$/.test(name));
  } catch {
    throw new ConfigurationError([
      'DOCKET_SLO_DIRECTORY: this directory cannot be read; name an existing one',
    ]);
  }
  if (names.length === 0) {
    throw new ConfigurationError(['DOCKET_SLO_DIRECTORY: holds no .yaml file; an evaluator needs an SLO']);
  }
  return names.sort();
}
