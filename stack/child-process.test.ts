import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChildOptions, startChild, waitUntilReady } from './child-process.ts';
import { isOurs, readPid } from './pid-file.ts';

const ENDLESS = 'setInterval(() => {}, 1000); console.log("up")';
const STUBBORN = `process.on("SIGTERM", () => {}); ${ENDLESS}`;

describe('a child process', { concurrency: true }, () => {
  const folders: string[] = [];
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  const options = (script: string, stopTimeoutMs = 5_000): ChildOptions & { folder: string } => {
    const folder = mkdtempSync(join(tmpdir(), 'docket-child-'));
    folders.push(folder);
    return {
      folder,
      name: 'A child',
      command: process.execPath,
      args: ['-e', script, folder],
      logFile: join(folder, 'child.log'),
      pidFile: join(folder, 'child.pid'),
      marks: [folder],
      stopTimeoutMs,
    };
  };
  const isUp = async (logFile: string) => {
    while (!readFileSync(logFile, 'utf8').includes('up')) await sleep(20);
  };
  const isGone = async (pid: number, mark: string) => {
    while (isOurs(pid, [mark])) await sleep(20);
  };

  test('stops at SIGTERM, and its pid file goes', async () => {
    const child = await startChild(options(ENDLESS));
    assert.equal(readPid(join(folders.at(-1) ?? '', 'child.pid')) !== null, true);
    await child.stop();
    assert.deepEqual(await child.exited, { code: null, signal: 'SIGTERM' });
    await child.stop();
  });

  test('is killed when it does not stop in time', async () => {
    const settings = options(STUBBORN, 200);
    const child = await startChild(settings);
    await isUp(settings.logFile);
    await child.stop();
    assert.equal((await child.exited).signal, 'SIGKILL');
    assert.equal(readPid(settings.pidFile), null);
  });

  test('that was stopped with SIGSTOP still stops', async () => {
    const settings = options(ENDLESS);
    const child = await startChild(settings);
    await isUp(settings.logFile);
    child.kill('SIGSTOP');
    await child.stop();
    assert.equal((await child.exited).signal, 'SIGTERM');
  });

  test('that a dead parent left behind is ended first', { skip: noPdeathsig() }, async () => {
    const settings = options(STUBBORN, 200);
    const left = spawn('sh', ['-c', '"$0" "$@" > /dev/null & echo $!', settings.command, ...settings.args]);
    const [line] = await once(left.stdout, 'data');
    await once(left, 'exit');
    const orphan = Number(line);
    assert.equal(isOurs(orphan, [settings.folder]), true);
    writeFileSync(settings.pidFile, `${orphan} ${left.pid}\n`);
    const next = await startChild(settings);
    assert.equal(isOurs(orphan, [settings.folder]), false);
    await next.stop();
  });

  test('that still has its parent is left alone, and a second one refused', {
    skip: noPdeathsig(),
  }, async () => {
    const settings = options(ENDLESS);
    const first = await startChild(settings);
    await assert.rejects(startChild(settings), /Process \d+, started by process \d+, already serves/);
    assert.equal(isOurs(first.pid, [settings.folder]), true);
    await first.stop();
  });

  test('a process that only has the same pid is left alone', async () => {
    const stranger = options(ENDLESS);
    const other = await startChild(stranger);
    const settings = options(ENDLESS);
    writeFileSync(settings.pidFile, `${other.pid}\n`);
    const child = await startChild(settings);
    assert.equal(isOurs(other.pid, [stranger.folder]), true);
    await Promise.all([child.stop(), other.stop()]);
  });

  test('does not outlive its parent, even when that is killed', { skip: noPdeathsig() }, async () => {
    const settings = options(STUBBORN);
    const module = resolve(import.meta.dirname, 'child-process.ts');
    const script = `import { startChild } from ${JSON.stringify(module)};
      await startChild(${JSON.stringify(settings)}); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    while (readPid(settings.pidFile) === null) await sleep(20);
    const pid = readPid(settings.pidFile) ?? 0;
    await isUp(settings.logFile);
    assert.equal(isOurs(pid, [settings.folder]), true);
    parent.kill('SIGKILL');
    await isGone(pid, settings.folder);
  });

  test('that ends while starting is an error with the end of its log', async () => {
    const settings = options('console.error("no luck today"); process.exit(3)');
    const child = await startChild(settings);
    const waiting = waitUntilReady(child, { ...settings, timeoutMs: 5_000 }, async () => false);
    await assert.rejects(waiting, /A child ended while starting \(exit code 3\).*no luck today/s);
  });

  test('that never gets ready is stopped', async () => {
    const settings = options(ENDLESS);
    const child = await startChild(settings);
    const waiting = waitUntilReady(child, { ...settings, timeoutMs: 200 }, async () => false);
    await assert.rejects(waiting, /A child did not answer within 0\.2 s/);
    assert.equal((await child.exited).signal, 'SIGTERM');
  });

  test('of a command that does not exist is an error', async () => {
    const settings = { ...options(ENDLESS), command: '/nowhere/command' };
    await assert.rejects(async () => {
      const child = await startChild(settings);
      await waitUntilReady(child, { ...settings, timeoutMs: 5_000 }, async () => false);
    }, /A child (could not be started|ended while starting)/);
  });
});

function noPdeathsig(): string | false {
  return process.platform === 'linux' ? false : 'only Linux ends children with their parent';
}
