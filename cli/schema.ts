import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { deriveFiles, releaseSchema, staleFiles, workingSubjects } from '../schemas/generate.ts';
import { loadReleasedSchemas } from '../schemas/load-released.ts';

/** `docket schema generate | release | list`: the contract's files. */
export function schemaCommand(): Command {
  const command = new Command('schema').description(
    'Generate, release and list the Avro schemas of the contract',
  );
  command
    .command('generate')
    .description('Derive the recorded schemas and the TypeScript types from the event schemas')
    .option('--check', 'change nothing; fail if a derived file is stale')
    .action((options: { check?: boolean }) => generate(options.check === true));
  command
    .command('release')
    .description('Release every working schema that differs from its newest release, under new ids')
    .action(release);
  command
    .command('list')
    .description('List the released schemas with their ids and fingerprints')
    .action(list);
  return command;
}

function generate(checkOnly: boolean): void {
  const stale = staleFiles();
  for (const file of stale) console.log(`${checkOnly ? 'stale' : 'wrote'} ${fileURLToPath(file.url)}`);
  if (!checkOnly) {
    for (const file of stale) writeFileSync(file.url, file.text);
    console.log(`${deriveFiles().length} derived files are up to date`);
  } else if (stale.length > 0) {
    console.error('Run: npx docket schema generate');
    process.exitCode = 1;
  }
}

function release(): void {
  const names = workingSubjects().map(releaseSchema);
  for (const name of names) if (name !== null) console.log(`released ${name}`);
  if (names.every((name) => name === null)) console.log('every working schema is released');
}

function list(): void {
  for (const schema of loadReleasedSchemas().all) {
    console.log(
      `${String(schema.id).padStart(4)}  ${schema.fingerprint.toString('hex')}  ${schema.subject} v${schema.version}`,
    );
  }
}
