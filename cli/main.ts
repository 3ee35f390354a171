#!/usr/bin/env node
import { Command } from 'commander';
import { eraseCommand } from './erase.ts';
import { fleetCommand } from './fleet.ts';
import { holdCommand } from './hold.ts';
import { incidentCommand } from './incident.ts';
import { leakCommand } from './leak.ts';
import { migrateCommand } from './migrate.ts';
import { quarantineCommand } from './quarantine.ts';
import { retentionCommand } from './retention.ts';
import { schemaCommand } from './schema.ts';
import { scrubCommand } from './scrub.ts';
import { sloCommand } from './slo.ts';
import { addSloAdjust } from './slo-adjust.ts';
import { statementsCommand } from './statements.ts';
import { topicsCommand } from './topics.ts';
import { vaultCommand } from './vault.ts';

const program = new Command('docket')
  .description('Flight recorder and instrument panel for policy decisions')
  .showHelpAfterError()
  .addCommand(eraseCommand())
  .addCommand(fleetCommand())
  .addCommand(holdCommand())
  .addCommand(incidentCommand())
  .addCommand(leakCommand())
  .addCommand(migrateCommand())
  .addCommand(quarantineCommand())
  .addCommand(retentionCommand())
  .addCommand(schemaCommand())
  .addCommand(scrubCommand())
  .addCommand(addSloAdjust(sloCommand()))
  .addCommand(statementsCommand())
  .addCommand(topicsCommand())
  .addCommand(vaultCommand());

try {
  await program.parseAsync();
} catch (error) {
  console.error(`docket: ${error instanceof Error ? error.message : 'failed'}`);
  process.exitCode = 1;
}
