import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { endStaleProcess, removePidFile, writePidFile } from './pid-file.ts';
import { readLogTail } from './read-log-tail.ts';

export interface ChildOptions {
  /** What it is, for people: "Kafka". */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Receives stdout and stderr; appended to. */
  readonly logFile: string;
  /** Where its pid is kept while it runs. */
  readonly pidFile: string;
  /** Parts of its command line by which a process left behind by an earlier start is known, such as its data directory. */
  readonly marks: readonly string[];
  /** How long SIGTERM may take before SIGKILL follows. */
  readonly stopTimeoutMs: number;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningChild {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Settles when the process is gone, whoever ended it. Never rejects. */
  readonly exited: Promise<ChildExit>;
  /** SIGTERM, then SIGKILL after the time-out. Resolves when the process is gone; may be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a process that cannot outlive this one: on Linux the kernel kills it when we die, however we die
 * (setpriv --pdeathsig); its stdin is a pipe that closes with us, which our own Node children watch; and a process
 * that an earlier start left behind is ended first. It runs in a session of its own, so that Ctrl-C in a terminal
 * reaches only us and the order of stopping stays ours.
 * Throws an Error when the command cannot be run.
 */
export async function startChild(options: ChildOptions): Promise<RunningChild> {
  mkdirSync(dirname(options.logFile), { recursive: true });
  await endStaleProcess(options.pidFile, options.marks, options.stopTimeoutMs);
  const log = openSync(options.logFile, 'a');
  const [command, args] = tieToParent(options.command, options.args);
  const child = spawn(command, args, {
    stdio: ['pipe', log, log],
    detached: true,
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  closeSync(log);
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(new Error(`${options.name} could not be started (${command}): ${error.message}`)),
    );
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${options.name} could not be started (${command})`);
  child.on('error', () => {}); // a signal that comes too late; `exited` tells the rest
  child.stdin?.on('error', () => {});
  writePidFile(options.pidFile, pid);
  exited.then(() => removePidFile(options.pidFile, pid));
  const kill = (signal: NodeJS.Signals) => void child.kill(signal);
  return { pid, kill, exited, stop: () => stopChild(kill, exited, options.stopTimeoutMs) };
}

async function stopChild(
  kill: (signal: NodeJS.Signals) => void,
  exited: Promise<ChildExit>,
  timeoutMs: number,
): Promise<void> {
  kill('SIGTERM');
  kill('SIGCONT'); // a stopped process would not see SIGTERM
  const killing = setTimeout(() => kill('SIGKILL'), timeoutMs);
  await exited;
  clearTimeout(killing);
}

/**
 * Waits until `isReady` says so. Throws an Error that names the log file and quotes its end when the process ends
 * first or the time is up; it is then stopped.
 */
export async function waitUntilReady(
  child: RunningChild,
  options: { readonly name: string; readonly logFile: string; readonly timeoutMs: number },
  isReady: () => Promise<boolean>,
): Promise<void> {
  let exit: ChildExit | undefined;
  child.exited.then((value) => {
    exit = value;
  });
  const giveUpAt = Date.now() + options.timeoutMs;
  while (exit === undefined && Date.now() < giveUpAt) {
    if (await isReady()) return;
    await Promise.race([child.exited, new Promise((resolve) => setTimeout(resolve, 40))]);
  }
  const what =
    exit === undefined
      ? `did not answer within ${options.timeoutMs / 1000} s`
      : `ended while starting (${exit.signal ?? `exit code ${exit.code}`})`;
  await child.stop();
  throw new Error(`${options.name} ${what}. The end of ${options.logFile}:\n${readLogTail(options.logFile)}`);
}

/** The full path of an executable on PATH, or null. */
export function findExecutable(name: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // not here
    }
  }
  return null;
}

function tieToParent(command: string, args: readonly string[]): [string, string[]] {
  const setpriv = process.platform === 'linux' ? findExecutable('setpriv') : null;
  return setpriv === null ? [command, [...args]] : [setpriv, ['--pdeathsig', 'KILL', '--', command, ...args]];
}
