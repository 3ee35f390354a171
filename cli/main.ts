#!/usr/bin/env -S node --disable-warning=TimeoutNegativeWarning
import { Command } from 'commander';
import { fleetCommand } from './fleet.ts';
import { migrateCommand } from './migrate.ts';
import { quarantineCommand } from './quarantine.ts';
import { schemaCommand } from './schema.ts';
import { topicsCommand } from './topics.ts';

const program = new Command('docket')
  .description('Flight recorder and instrument panel for policy decisions')
  .showHelpAfterError()
  .addCommand(fleetCommand())
  .addCommand(migrateCommand())
  .addCommand(quarantineCommand())
  .addCommand(schemaCommand())
  .addCommand(topicsCommand());

try {
  await program.parseAsync();
} catch (error) {
  console.error(`docket: ${error instanceof Error ? error.message : 'failed'}`);
  process.exitCode = 1;
}
