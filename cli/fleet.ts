import { Command } from 'commander';

interface FleetFlags {
  readonly url: string;
}

const DEFAULT_URL = 'http://127.0.0.1:7070';

/** `docket fleet scenario | stats`: what the simulated fleet acts out, and what it has sent. */
export function fleetCommand(): Command {
  const command = new Command('fleet').description('Direct the simulated fleet of the local stack');
  command
    .command('scenario')
    .description('Switch what it acts out (docs/fleet.md lists the scenarios)')
    .argument('<name>')
    .option('--url <url>', 'control port of the fleet', DEFAULT_URL)
    .action((name: string, { url }: FleetFlags) => ask(url, `/scenario/${encodeURIComponent(name)}`, 'POST'));
  command
    .command('stats')
    .description('Show what it has sent')
    .option('--url <url>', 'control port of the fleet', DEFAULT_URL)
    .action(({ url }: FleetFlags) => ask(url, '/stats', 'GET'));
  return command;
}

async function ask(url: string, path: string, method: 'GET' | 'POST'): Promise<void> {
  try {
    const response = await fetch(url.replace(/\/+$/, '') + path, {
      method,
      signal: AbortSignal.timeout(5_000),
    });
    const answer: unknown = await response.json();
    if (response.ok) console.log(JSON.stringify(answer, null, 2));
    else fail(problemIn(answer) ?? `The fleet answered HTTP ${response.status}.`);
  } catch {
    fail(`No fleet answers at ${url}. Start it with npm start, or name another address with --url.`);
  }
}

function problemIn(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return null;
  const { error } = answer;
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : null;
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
