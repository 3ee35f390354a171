import { Command, InvalidArgumentError, Option } from 'commander';
import type { IncidentStep } from '../domain/contract/events.ts';
import { formatUuid, parseUuid } from '../domain/contract/uuid.ts';
import { loadReleasedSchemas } from '../schemas/load-released.ts';
import { capture } from './incident/capture.ts';
import { createIncidentStore } from './incident/incident-store.ts';
import { publishStep, requireNewest } from './incident/publish-step.ts';
import { type IncidentFlags, nextStep, SEVERITIES } from './incident/read-incident-flags.ts';
import { renderChecklist } from './incident/render-checklist.ts';
import { withRecords } from './open-records.ts';
import type { ConnectionFlags } from './quarantine/open-quarantine.ts';
import { wholeNumber } from './quarantine/parse-number.ts';
import { withStoreConnection } from './store-connection.ts';

type StepFlags = ConnectionFlags & IncidentFlags & { readonly json?: true };

const HOUR_MS = 3_600_000;
const MAX_CAPTURED = 1_000_000;

/** `docket incident open | update | mitigate | close | capture`: what went wrong, and what was done about it. */
export function incidentCommand(): Command {
  const command = new Command('incident').description(
    'Record the life of an incident, and keep the evidence of it; every step is itself a record',
  );
  withFacts(command.command('open').description('Open an incident, and print what is to be done'))
    .requiredOption('--category <code>', 'what kind: overblocking, missed-violation, leak, outage…')
    .requiredOption('--summary <text>', 'what happened; name nobody in it')
    .action(open);
  withStep(command, 'update', 'UPDATED', 'Say what is known by now');
  withStep(command, 'mitigate', 'MITIGATED', 'Say that the harm has ended, now or at --mitigated');
  withStep(command, 'close', 'CLOSED', 'Close an incident that is mitigated');
  withConnection(command.command('capture').description('Export the evidence, and record its digest'))
    .argument('<incident-id>', 'as open printed it', incidentId)
    .requiredOption('--out <directory>', 'where to; empty, or to be made')
    .option('--from <time>', 'appended at or after; when the impact began, or an hour before it was detected')
    .option('--until <time>', 'appended before; when it was mitigated, or now')
    .option('--limit <records>', 'most records of each kind', wholeNumber(1, MAX_CAPTURED), 100_000)
    .option('--all-policies', 'decisions by other policies than the one it is attributed to as well')
    .action(capture);
  return command;
}

function withConnection(command: Command): Command {
  return withStoreConnection(command)
    .requiredOption('--tenant <id>', 'the tenant that it is about')
    .option('--json', 'one JSON object');
}

function withFacts(command: Command): Command {
  return withConnection(command)
    .addOption(new Option('--severity <level>', 'how bad it is').choices(SEVERITIES))
    .option('--owner <id>', 'who leads the response; whoever runs this, if left out')
    .option('--policy <id>', 'the policy that it is attributed to')
    .option('--policy-version <version>', 'and its version')
    .option('--confidence <share>', 'how sure that is, from 0 to 1')
    .option('--model <id@version...>', 'models that are affected')
    .option(
      '--missed-violations <count>',
      'violations that got through, if counted',
      wholeNumber(0, 999_999_999),
    )
    .option('--safe-fallback <text>', 'what runs in place of what is affected')
    .option('--impact-started <time>', 'when it began to do harm: RFC 3339, or how long ago, such as 40m')
    .option('--detected <time>', 'when it was noticed; now, when it is opened')
    .option('--mitigated <time>', 'when the harm ended');
}

function withStep(command: Command, name: string, step: IncidentStep, description: string): void {
  withFacts(command.command(name).description(description))
    .argument('<incident-id>', 'as open printed it', incidentId)
    .option('--category <code>', 'what kind')
    .option('--summary <text>', 'what happened, anew; name nobody in it')
    .action((id: string, flags: StepFlags) => takeStep(step, id, flags));
}

async function open(flags: StepFlags): Promise<void> {
  const nowMs = Date.now();
  const incident = nextStep('OPENED', null, flags, nowMs);
  const registry = loadReleasedSchemas();
  await withRecords(flags, async ({ clickhouse, producer }) => {
    const store = createIncidentStore(clickhouse, registry);
    await publishStep(producer, store, registry, incident);
    const id = formatUuid(incident.incident_id);
    if (flags.json) return console.log(JSON.stringify({ incident_id: id, step: incident.step }));
    console.log(
      `Incident ${id} of ${incident.tenant_id} is open: ${incident.severity} ${incident.category}\n`,
    );
    const { policy, impact_started_at: startedUs } = incident;
    const sinceMs = startedUs === null ? nowMs - HOUR_MS : startedUs / 1000;
    // It is open whether or not the store answers.
    const versions =
      policy === null ? [] : await store.readVersions(incident.tenant_id, policy.id, sinceMs).catch(() => []);
    console.log(renderChecklist(incident, versions));
  });
}

async function takeStep(step: IncidentStep, id: string, flags: StepFlags): Promise<void> {
  const registry = loadReleasedSchemas();
  await withRecords(flags, async ({ clickhouse, producer }) => {
    const store = createIncidentStore(clickhouse, registry);
    const before = await requireNewest(store, flags.tenant, id);
    const incident = nextStep(step, before, flags, Date.now());
    await publishStep(producer, store, registry, incident);
    console.log(flags.json ? JSON.stringify({ incident_id: id, step }) : `Incident ${id}: ${step}`);
  });
}

function incidentId(text: string): string {
  if (parseUuid(text) === null) throw new InvalidArgumentError('Give the UUID that open printed.');
  return text.toLowerCase();
}
