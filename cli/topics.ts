import { Command, InvalidArgumentError } from 'commander';
import { INPUTS } from '../domain/contract/inputs.ts';
import { ensureTopics } from '../platform/kafka/topics.ts';

/** `docket topics`: creates the input topics that Kafka does not have yet. */
export function topicsCommand(): Command {
  return new Command('topics')
    .description("Create Docket's topics in Kafka where they are missing")
    .requiredOption(
      '--brokers <list>',
      'brokers as host:port, separated by commas',
      process.env.DOCKET_KAFKA_BROKERS,
    )
    .option('--replication-factor <count>', 'copies of each new partition', positive, 1)
    .action(async (options: { brokers: string; replicationFactor: number }) => {
      const clusterId = await ensureTopics(INPUTS, {
        brokers: options.brokers.split(','),
        clientId: 'docket-cli',
        replicationFactor: options.replicationFactor,
      });
      console.log(`${INPUTS.length} topics are there, in Kafka cluster ${clusterId}`);
    });
}

function positive(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Give a whole number from 1 on.');
  return Number(text);
}
