import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FIXTURES = fileURLToPath(new URL('./fixtures/', import.meta.url));
const PARTS = ['domain', 'platform', 'services', 'sdk', 'test'];
const configuration = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
  forbidden: { name: string }[];
  options: { tsConfig?: object };
};
// The fixtures belong to no TypeScript project.
delete configuration.options.tsConfig;

async function violatedRules(baseDir: string, parts: string[]): Promise<Set<string>> {
  const options = { ...configuration.options, baseDir, validate: true };
  const ruleSet = { forbidden: configuration.forbidden } as IFlattenedRuleSet;
  const result = await cruise(parts, { ...options, ruleSet });
  const output = result.output as ICruiseResult;
  assert.ok(output.summary.totalCruised > 10, 'nothing was looked at, so nothing was shown');
  return new Set(output.summary.violations.map((violation) => violation.rule.name));
}

test('every architecture rule catches the fixture that breaks it', async () => {
  const violated = await violatedRules(FIXTURES, PARTS);
  const rules = configuration.forbidden.map((rule) => rule.name);
  assert.deepEqual([...violated].sort(), rules.sort());
});

/** Files of services, domain, platform and sdk that speak to the process itself. */
function filesTouchingProcess(root: string): string[] {
  const files = ['domain', 'platform', 'services', 'sdk'].flatMap((part) =>
    readdirSync(join(root, part), { recursive: true, encoding: 'utf8' }).map((name) => `${part}/${name}`),
  );
  return files
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('/main.ts'))
    .filter((name) =>
      /\bprocess\.(env|exit|exitCode|on|once|argv)\b/.test(readFileSync(join(root, name), 'utf8')),
    );
}

test('only main.ts touches the environment, signals and exit codes', () => {
  assert.deepEqual(filesTouchingProcess(FIXTURES), ['services/recorder/reads-environment.ts']);
  assert.deepEqual(filesTouchingProcess(ROOT), []);
});
