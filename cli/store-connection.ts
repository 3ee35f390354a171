import type { Command } from 'commander';

/** Adds the options of every command that reads what is stored: where to, and who asks. */
export function withStoreConnection(command: Command): Command {
  const env = process.env;
  return command
    .requiredOption('--clickhouse <url>', 'address of ClickHouse', env.DOCKET_CLICKHOUSE_URL)
    .option('--username <name>', 'ClickHouse user', env.DOCKET_CLICKHOUSE_USERNAME ?? 'default')
    .requiredOption('--brokers <list>', 'Kafka, as host:port, separated by commas', env.DOCKET_KAFKA_BROKERS)
    .requiredOption('--actor <id>', 'who you are, for the access log', env.DOCKET_ACTOR)
    .requiredOption('--actor-tenant <id>', 'the tenant that you belong to', env.DOCKET_ACTOR_TENANT);
}
