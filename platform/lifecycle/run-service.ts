import { ConfigurationError, type Environment } from './configuration.ts';

export interface RunningService {
  stop(): Promise<void>;
  /** Resolves if the service can not go on: it is then stopped, and the process ends with code 1. */
  readonly failed?: Promise<Error>;
}

/** The part of `process` that running a service needs; `main.ts` hands it in. */
export interface HostProcess {
  readonly env: Environment;
  readonly argv: readonly string[];
  readonly stdin: { once(event: 'end', listener: () => void): unknown; resume(): unknown };
  readonly stderr: { write(text: string): unknown };
  once(event: string, listener: () => void): unknown;
  exit(code: number): never;
}

const STOP_DEADLINE_MS = 10_000;
const EXIT_CONFIGURATION = 2;
const EXIT_FAILURE = 1;

/**
 * Starts a service and keeps it until SIGINT or SIGTERM, or, with `--exit-with-stdin`, until its standard input ends
 * (whoever started it is gone); then stops it within ten seconds. Exit code 0 after a clean stop, 1 after a failure, 2 for a configuration that cannot be used.
 */
export async function runService(
  host: HostProcess,
  name: string,
  start: (env: Environment) => Promise<RunningService>,
): Promise<void> {
  let service: RunningService;
  try {
    service = await start(host.env);
  } catch (error) {
    host.stderr.write(`docket ${name}: ${describe(error)}\n`);
    return host.exit(error instanceof ConfigurationError ? EXIT_CONFIGURATION : EXIT_FAILURE);
  }
  let stopping = false;
  const stop = (exitCode: number) => {
    if (stopping) return;
    stopping = true;
    const deadline = setTimeout(() => {
      host.stderr.write(`docket ${name}: did not stop within ${STOP_DEADLINE_MS / 1000} s\n`);
      host.exit(EXIT_FAILURE);
    }, STOP_DEADLINE_MS);
    deadline.unref();
    service.stop().then(
      () => host.exit(exitCode),
      (error: unknown) => {
        host.stderr.write(`docket ${name}: ${describe(error)}\n`);
        host.exit(EXIT_FAILURE);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM']) host.once(signal, () => stop(0));
  if (host.argv.includes('--exit-with-stdin')) {
    host.stdin.once('end', () => stop(0));
    host.stdin.resume();
  }
  service.failed?.then((error) => {
    host.stderr.write(`docket ${name}: ${describe(error)}\n`);
    stop(EXIT_FAILURE);
  });
}

function describe(error: unknown): string {
  if (error instanceof ConfigurationError)
    return [error.message, ...error.problems.map((p) => `  ${p}`)].join('\n');
  return error instanceof Error ? error.message : 'failed';
}
