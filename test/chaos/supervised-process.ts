import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningChild } from '../../stack/child-process.ts';

/** A process that is kept running, as a supervisor would, except while a disturbance wants it down. */
export interface Supervised {
  readonly name: string;
  /** Resolves when the process answers; tries again while what it needs is down. */
  start(): Promise<void>;
  /** Sends a signal that does not end it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Ends the process and resolves when it is gone; it stays down until `start`. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** How often it ended by itself, or failed to start. */
  ownExits(): number;
}

type Launch = () => Promise<Pick<RunningChild, 'kill' | 'exited' | 'stop'>>;

const RESTART_MS = 200;

export function superviseProcess(name: string, launch: Launch, journal: (line: string) => void): Supervised {
  let child: Awaited<ReturnType<Launch>> | null = null;
  let wanted = false;
  let ownExits = 0;
  let starting: Promise<void> = Promise.resolve();

  const startUntilUp = async () => {
    while (wanted && child === null) {
      try {
        const started = await launch();
        child = started;
        void started.exited.then((exit) => onExit(started, exit.code ?? exit.signal));
      } catch (error) {
        ownExits++;
        journal(`${name} did not start: ${error instanceof Error ? error.message.split('\n')[0] : 'failed'}`);
        await sleep(RESTART_MS);
      }
    }
  };
  const start = () => {
    wanted = true;
    starting = starting.then(startUntilUp);
    return starting;
  };
  const onExit = (ended: typeof child, how: number | string | null) => {
    if (child !== ended) return;
    child = null;
    if (!wanted) return;
    ownExits++;
    journal(`${name} ended by itself (${how})`);
    void sleep(RESTART_MS).then(() => (wanted ? start() : undefined));
  };
  return {
    name,
    start,
    signal: (signal) => child?.kill(signal),
    end: async (signal) => {
      wanted = false;
      await starting;
      const ending = child;
      if (ending === null) return;
      if (signal === 'SIGTERM') await ending.stop();
      else ending.kill(signal);
      await ending.exited;
      child = null;
    },
    ownExits: () => ownExits,
  };
}
