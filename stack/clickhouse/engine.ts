import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startEngineServer } from './engine-server.ts';

// The engine's process: `node stack/clickhouse/engine.ts --data-dir <dir> [--port <port>]`. Statements run on libuv's
// threads, four by default, where they would keep files and other statements waiting.
process.env.UV_THREADPOOL_SIZE ??= '16';

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string' },
    port: { type: 'string', default: '0' },
    'port-changed-by': { type: 'string', default: '--port' },
    /** Ends when stdin does: the parent that holds its other end is gone. */
    'exit-with-stdin': { type: 'boolean', default: false },
  },
});

try {
  if (values['data-dir'] === undefined) throw new Error('--data-dir is missing');
  const dataDir = resolve(values['data-dir']);
  mkdirSync(dataDir, { recursive: true });
  const server = await startEngineServer({
    dataDir,
    port: Number(values.port),
    portChangedBy: values['port-changed-by'],
  });
  const addressFile = join(dataDir, 'engine.json');
  writeFileSync(`${addressFile}.new`, JSON.stringify({ pid: process.pid, port: server.port }));
  renameSync(`${addressFile}.new`, addressFile);
  console.log(`ClickHouse answers on http://127.0.0.1:${server.port}`);

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void server.stop().then(() => {
      rmSync(addressFile, { force: true });
      process.exit(0);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (values['exit-with-stdin']) process.stdin.on('end', stop).on('error', stop).resume();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
