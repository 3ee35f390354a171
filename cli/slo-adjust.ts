import { randomBytes, randomUUID } from 'node:crypto';
import { type Command, Option } from 'commander';
import type { AdjustmentKind, SloAdjustment } from '../domain/contract/events.ts';
import { microsFromRfc3339 } from '../domain/contract/rfc3339-micros.ts';
import { formatUuid, parseUuid } from '../domain/contract/uuid.ts';
import { checkAdjustment } from '../domain/operations/check-adjustment.ts';
import { openEventProducer } from '../platform/kafka/event-producer.ts';
import { loadReleasedSchemas } from '../schemas/load-released.ts';
import { parseTime } from './parse-time.ts';
import { publishEvent } from './publish-event.ts';

interface AdjustFlags {
  readonly tenant: string;
  readonly slo: string;
  readonly service: string;
  readonly kind: AdjustmentKind;
  readonly from: string;
  readonly until?: string;
  readonly reason: string;
  readonly brokers: string;
  readonly actor: string;
  readonly json?: true;
}

const KINDS: readonly AdjustmentKind[] = ['BUDGET_RESET', 'EXCLUSION', 'CORRECTION'];

/** Adds `adjust` to a command on objectives: declares a change of an error budget, as a record and not as an edit. */
export function addSloAdjust(slo: Command): Command {
  const env = process.env;
  slo
    .command('adjust')
    .description('Declare a reset, an exclusion (maintenance) or a correction of an error budget')
    .requiredOption('--tenant <id>', 'the tenant whose budget it is')
    .requiredOption('--slo <name>', 'the objective')
    .requiredOption('--service <name>', 'the service, or "*" for all of the tenant')
    .addOption(new Option('--kind <kind>', 'what is declared').choices(KINDS).makeOptionMandatory())
    .requiredOption('--from <time>', 'from when on: RFC 3339, or how long ago, such as 2h')
    .option('--until <time>', 'until when, not included; a reset has no end')
    .requiredOption('--reason <text>', 'why; name nobody in it')
    .requiredOption('--brokers <list>', 'Kafka, as host:port, separated by commas', env.DOCKET_KAFKA_BROKERS)
    .requiredOption('--actor <id>', 'who you are; recorded as a token', env.DOCKET_ACTOR)
    .option('--json', 'one JSON object')
    .action(adjust);
  return slo;
}

async function adjust(flags: AdjustFlags): Promise<void> {
  const nowMs = Date.now();
  const adjustment: SloAdjustment = {
    adjustment_id: parseUuid(randomUUID()) ?? randomBytes(16),
    tenant_id: flags.tenant,
    slo: flags.slo,
    service: flags.service === '*' ? null : flags.service,
    kind: flags.kind,
    from_time: timeOf('--from', flags.from, nowMs),
    until_time: flags.until === undefined ? null : timeOf('--until', flags.until, nowMs),
    declared_at: nowMs * 1000,
    who: flags.actor,
    reason: flags.reason,
    salt: randomBytes(16),
  };
  const problems = checkAdjustment(adjustment);
  if (problems.length > 0)
    throw new Error(problems.map(({ field, message }) => `${field} ${message}`).join('\n'));
  const producer = await openEventProducer({ brokers: flags.brokers.split(','), clientId: 'docket-cli' });
  try {
    await publishEvent(producer, loadReleasedSchemas(), 'slo-adjustment', adjustment);
  } finally {
    await producer.close();
  }
  const id = formatUuid(adjustment.adjustment_id);
  if (flags.json) return console.log(JSON.stringify({ adjustment_id: id, kind: flags.kind }));
  console.log(`${flags.kind} of ${flags.slo} is declared: ${id}`);
  if (flags.kind === 'EXCLUSION' && adjustment.from_time < nowMs * 1000)
    console.log('It began in the past: it changes the budget, and no alert of that time.');
}

/** Microseconds since 1970; of RFC 3339 as fine as it was written. A maintenance may lie ahead. */
function timeOf(option: string, text: string, nowMs: number): number {
  return microsFromRfc3339(text) ?? parseTime(option, text, nowMs) * 1000;
}
