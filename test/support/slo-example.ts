import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Slo } from '../../domain/slo/definition.ts';
import { describeProblem, parseOpenSlo } from '../../domain/slo/openslo/parse-openslo.ts';
import { parseYamlDocuments } from '../../platform/yaml/read-documents.ts';

/** The definitions that docs/slos.md shows, as text. */
export function readExampleText(): string {
  const text = readFileSync(join(import.meta.dirname, '../../docs/slos.md'), 'utf8');
  const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
  if (yaml === undefined) throw new Error('docs/slos.md shows no example');
  return yaml;
}

/** The objectives that docs/slos.md shows: of events, of slices, and a count. Throws where they are wrong. */
export function readExampleSlos(): readonly Slo[] {
  const { documents, problems } = parseYamlDocuments('docs/slos.md', readExampleText());
  const parsed = parseOpenSlo(documents);
  if ('problems' in parsed || problems.length > 0) {
    const wrong = 'problems' in parsed ? parsed.problems : [];
    throw new Error([...problems, ...wrong].map(describeProblem).join('\n'));
  }
  return parsed.slos;
}
