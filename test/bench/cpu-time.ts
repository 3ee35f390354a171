import { readFileSync } from 'node:fs';

/** Ticks of the kernel's accounting last 10 ms on every Linux that Node runs on (USER_HZ is 100). */
const TICK_MS = 10;

/**
 * CPU time of a process and all its threads since it began, user and system, in milliseconds, 10 ms fine.
 * Linux only: throws where there is no /proc, or when the process is gone.
 */
export function readCpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the command's name, which may hold blanks and brackets: state is the first, utime and stime the 12th and 13th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Memory of a process that is in RAM, in MiB. Throws when the process is gone. */
export function readRssMib(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (match === null) throw new Error(`process ${pid} has no memory: it has ended`);
  return Number(match[1]) / 1024;
}
