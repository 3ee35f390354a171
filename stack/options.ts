import { Command, InvalidArgumentError } from 'commander';
import { SCENARIOS } from './fleet/scenario.ts';

export interface StackOptions {
  /** Seconds to play; null: until interrupted. */
  readonly playForSeconds: number | null;
  readonly scenario: string;
  readonly seed: number;
  /** Decisions per second over the whole fleet. */
  readonly rate: number;
  /** How many times faster than life minutes and windows run. */
  readonly timescale: number;
  readonly dataDir: string;
  readonly fresh: boolean;
  readonly prometheus: boolean;
  /** Any free ports instead of the usual ones. */
  readonly freePorts: boolean;
  /** Where Alertmanager sends what fires, by the routes of deploy/alertmanager; left out: nowhere. */
  readonly alertWebhook?: string;
  /** Settings of single services on top of those of a local stack. */
  readonly settings?: Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>>;
}

export type ServiceName = 'gateway' | 'recorder' | 'evaluator' | 'auditor' | 'vault' | 'fleet';

const MAX_SEED = 2 ** 31;

/** Reads the flags of `npm start -- …`. Ends the process with a message when they cannot be used. */
export function readStackOptions(argv: readonly string[]): StackOptions {
  const command = new Command('npm start --')
    .description(
      'Starts Kafka, ClickHouse and every service of Docket on this machine, and plays a simulated fleet',
    )
    .option(
      '--for <duration>',
      'play that long (such as 60s or 5m), drain, print a final table and exit',
      readDuration,
    )
    .option('--scenario <name>', `what the fleet acts out: ${SCENARIOS.join(', ')}`, 'normal')
    .option('--rate <n>', 'decisions per second', readNumber(1, 5_000), 60)
    .option('--seed <n>', 'seed of the fleet; the same seed makes the same events', readNumber(0, MAX_SEED))
    .option('--timescale <n>', 'how many times faster than life minutes and windows run', readTimescale, 12)
    .option('--data-dir <path>', 'where Kafka and ClickHouse keep their data', '.docket')
    .option('--fresh', 'start with empty stores (both are wiped together)', false)
    .option('--free-ports', 'use any free ports instead of the usual ones', false)
    .option('--no-prometheus', 'leave Prometheus and Alertmanager out')
    .showHelpAfterError()
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  const flags = command.parse(argv as string[], { from: 'user' }).opts();
  return {
    playForSeconds: flags.for ?? null,
    scenario: flags.scenario,
    seed: flags.seed ?? Math.floor(Math.random() * MAX_SEED),
    rate: flags.rate,
    timescale: flags.timescale,
    dataDir: flags.dataDir,
    fresh: flags.fresh,
    prometheus: flags.prometheus,
    freePorts: flags.freePorts,
  };
}

function readDuration(text: string): number {
  const match = /^(\d+)(s|m|h)?$/.exec(text);
  if (match === null || Number(match[1]) === 0)
    throw new InvalidArgumentError('give a duration such as 60s or 5m');
  return Number(match[1]) * ({ s: 1, m: 60, h: 3600 }[match[2] ?? 's'] ?? 1);
}

function readTimescale(text: string): number {
  const value = readNumber(1, 60)(text);
  if (60_000 % value === 0) return value;
  throw new InvalidArgumentError('give a number that divides a minute evenly, such as 1, 6, 12 or 60');
}

function readNumber(minimum: number, maximum: number) {
  return (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`give a whole number from ${minimum} to ${maximum}`);
  };
}
