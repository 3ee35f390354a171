import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogGate } from '../../domain/leaks/log-gate.ts';
import { createTextRedactor } from '../../domain/redaction/text-redactor.ts';
import { createLogger } from '../../platform/log/logger.ts';

const CANARIES = [
  'jane.canary@example.com',
  '4111 1111 1111 1111',
  'DE89 3704 0044 0532 0130 00',
  'AKIAIOSFODNN7EXAMPLE',
  'https://jane:canary@db.example/x',
];
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** A logger whose lines are kept. Without a redactor of its own choice it has the real one. */
function start(redact = createTextRedactor().redact) {
  const lines: string[] = [];
  const found: [string, string][] = [];
  const gate = createLogGate({ redact }, (path, rule) => found.push([path, rule]));
  const log = createLogger('recorder', 'trace', gate, { write: (line) => lines.push(line) });
  return { log, lines, found };
}

class DriverError extends Error {
  readonly code: string;
  constructor(canary: string) {
    super(`cannot parse ${canary}`);
    this.name = 'DriverError';
    this.code = `code ${canary}`;
  }
}

test('no canary gets into a line, at any level and by any way', () => {
  for (const canary of CANARIES) {
    const { log, lines, found } = start();
    for (const level of LEVELS) {
      log[level](canary);
      log[level](`see ${canary}`);
      log[level]('see %s', canary);
      log[level]({ field: canary }, 'a message');
      log[level]({ nested: { list: [{ deep: `x ${canary}` }] } });
      log[level]({ [canary]: 1 });
      log[level]({ err: new DriverError(canary) });
      log[level](new DriverError(canary), 'failed');
      log[level]({ toJSON: () => ({ custom: canary }) });
    }
    log.child({ bound: canary }).info('from a child');
    log.child({}, { serializers: { own: () => canary } }).info({ own: 1 });
    log.child({}, { msgPrefix: `${canary} ` }).info('prefixed');
    assert.equal(lines.length, LEVELS.length * 9 + 3);
    const text = lines.join('');
    assert.ok(!text.includes(canary), text.slice(0, 2_000));
    for (const line of lines) assert.equal(typeof JSON.parse(line).level, 'number');
    assert.ok(found.length >= lines.length - LEVELS.length, 'finds are counted');
  }
});

test('a find is told by field and rule, never by value', () => {
  const { log, found } = start();
  log.info({ a: { b: 'jane@example.com' } }, 'fine');
  log.info({ 'jane@example.com': 1 });
  assert.deepEqual(found, [
    ['a.b', 'email'],
    ['key', 'email'],
  ]);
});

test('what our own services say of themselves is no find', () => {
  const { log, lines, found } = start();
  log.info({ url: 'http://127.0.0.1:7072' }, 'recorder started');
  log.info({ url: 'http://[::1]:7072' }, 'recorder started');
  log.warn(
    { topic: 'docket.policy-changes.v1', partition: 3, nextOffset: 4111111111111111 },
    'partition taken',
  );
  log.error({ err: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) }, 'failed; will try again');
  assert.deepEqual(found, []);
  assert.ok(lines[0]?.includes('http://127.0.0.1:7072'));
});

test('an address in any other field, or one with a user, is a find', () => {
  const { log, found } = start();
  log.info({ peer: 'http://10.1.2.3:7072' });
  log.info({ url: 'http://jane:secret@10.1.2.3:7072' });
  assert.deepEqual([...new Set(found.map(([path]) => path))], ['peer', 'url']);
});

test('a redactor that fails blanks what it was asked about; one that overlooks is seen by the final gate', () => {
  const failing = start(() => {
    throw new Error('no');
  });
  failing.log.info({ field: 'anything' }, 'message');
  assert.ok(!failing.lines.join('').includes('anything'));
  const blind = start((text) => ({ text, findings: [] }));
  blind.log.info('jane@example.com');
  assert.ok(!blind.lines.join('').includes('jane@'));
  assert.deepEqual(blind.found, [['msg', 'email']]);
});
