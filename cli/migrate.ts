import { Command } from 'commander';
import { createClickHouse } from '../platform/clickhouse/client.ts';
import { applyMigrations } from '../platform/clickhouse/migrations.ts';
import { loadMigrations } from '../schemas/load-migrations.ts';

/** `docket migrate`: brings ClickHouse's tables up to this version. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description("Create or update Docket's tables in ClickHouse")
    .requiredOption('--clickhouse-url <url>', 'address of ClickHouse', process.env.DOCKET_CLICKHOUSE_URL)
    .option('--username <name>', 'ClickHouse user', process.env.DOCKET_CLICKHOUSE_USERNAME ?? 'default')
    .action(async (options: { clickhouseUrl: string; username: string }) => {
      const clickhouse = createClickHouse({
        url: options.clickhouseUrl,
        username: options.username,
        password: process.env.DOCKET_CLICKHOUSE_PASSWORD ?? '',
      });
      try {
        const applied = await applyMigrations(clickhouse, loadMigrations());
        for (const name of applied) console.log(`applied ${name}`);
        if (applied.length === 0) console.log('tables are up to date');
      } finally {
        await clickhouse.close();
      }
    });
}
