import { spawn } from 'node:child_process';

/** Every static check of the project, one after the other; all of them run, whatever fails. */
const CHECKS: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: 'format and lint (biome)', command: ['biome', 'ci', '--error-on-warnings', '.'] },
  { name: 'types (tsc)', command: ['tsc', '-p', '.'] },
  { name: 'unused code (knip)', command: ['knip'] },
  {
    name: 'architecture (dependency-cruiser)',
    command: [
      'depcruise',
      '--config',
      '.dependency-cruiser.cjs',
      'domain',
      'platform',
      'services',
      'sdk',
      'cli',
      'stack',
      'schemas',
    ],
  },
  { name: 'generated Prometheus rules', command: ['node', 'deploy/prometheus/generate-rules.ts', '--check'] },
  { name: 'generated dashboards', command: ['node', 'dashboards/generate.ts', '--check'] },
  { name: 'generated list of metrics', command: ['node', 'docs/generate-metrics.ts', '--check'] },
  { name: 'derived schemas and types', command: ['node', 'cli/main.ts', 'schema', 'generate', '--check'] },
];

function run([command = '', ...args]: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

let failed = 0;
for (const check of CHECKS) {
  const started = performance.now();
  const { code, output } = await run(check.command);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? '✔' : '✖'} ${check.name} (${seconds} s)`);
  if (code !== 0) {
    failed++;
    console.log(output);
  }
}
console.log(failed === 0 ? `${CHECKS.length} checks passed` : `${failed} of ${CHECKS.length} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
