import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Remembers which process serves a data directory, and that we started it. */
export function writePidFile(file: string, pid: number): void {
  writeFileSync(file, `${pid} ${process.pid}\n`);
}

/** Forgets it, if it still names this process: a successor's file stays. */
export function removePidFile(file: string, pid: number): void {
  if (readPid(file) === pid) rmSync(file, { force: true });
}

/**
 * Ends the process that a pid file names, when it is one that a dead parent left behind: its command line must contain
 * every one of `marks` (a data directory among them), because pids are reused. SIGTERM, then SIGKILL after `graceMs`.
 * Only Linux can tell (/proc); elsewhere nothing is ended.
 * @returns the pid that was ended, or null. Throws an Error when the process still has the parent that started it.
 */
export async function endStaleProcess(
  file: string,
  marks: readonly string[],
  graceMs: number,
): Promise<number | null> {
  const [pid, owner] = readNumbers(file);
  if (pid === undefined || !isOurs(pid, marks)) return null;
  if (owner !== undefined && parentOf(pid) === owner) {
    throw new Error(
      `Process ${pid}, started by process ${owner}, already serves ${marks.at(-1)}. ` +
        'Stop that one, or choose another data directory.',
    );
  }
  process.kill(pid, 'SIGTERM');
  const killAt = Date.now() + graceMs;
  for (let killed = false; isOurs(pid, marks); await sleep(50)) {
    if (killed || Date.now() < killAt) continue;
    process.kill(pid, 'SIGKILL');
    killed = true;
  }
  rmSync(file, { force: true });
  return pid;
}

/** The pid in a pid file, or null when there is none. */
export function readPid(file: string): number | null {
  return readNumbers(file)[0] ?? null;
}

/** Whether a living process with this pid has all `marks` in its command line. A zombie has an empty one. */
export function isOurs(pid: number, marks: readonly string[]): boolean {
  try {
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return commandLine !== '' && marks.every((mark) => commandLine.includes(mark));
  } catch {
    return false;
  }
}

function readNumbers(file: string): number[] {
  try {
    const numbers = readFileSync(file, 'utf8').trim().split(' ').map(Number);
    return numbers.every((number) => Number.isSafeInteger(number) && number > 1) ? numbers : [];
  } catch {
    return [];
  }
}

/** An orphan's parent is init, or whoever adopts orphans. The command's name in brackets may contain anything. */
function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}
