#!/usr/bin/env node
import { Command } from 'commander';
import { migrateCommand } from './migrate.ts';
import { schemaCommand } from './schema.ts';

const program = new Command('docket')
  .description('Flight recorder and instrument panel for policy decisions')
  .showHelpAfterError()
  .addCommand(migrateCommand())
  .addCommand(schemaCommand());

await program.parseAsync();
