import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createTextRedactor, type TextRedactor } from '../../domain/redaction/text-redactor.ts';
import { startRecorder } from '../../services/recorder/service.ts';
import { freePort } from '../../stack/ports.ts';
import { encodeEvents, type RecordingStack, startRecordingStack } from '../support/recorder-fixture.ts';
import { sampleLabel } from '../support/sample-events.ts';

const CLI = join(import.meta.dirname, '../../cli/main.ts');
const TOPIC = 'docket.labels.v1';
const LABELS = 400;
const { PATH, NODE_COMPILE_CACHE } = process.env;
const NEEDLE = 'canary.bird@example.com';
let docket: RecordingStack;
let env: Record<string, string>;
/** Started first: giving up takes its time. */
let unrecorded: Promise<Ran>;

before(async () => {
  docket = await startRecordingStack();
  env = {
    DOCKET_KAFKA_BROKERS: docket.stack.brokers,
    DOCKET_CLICKHOUSE_URL: docket.stack.clickHouseUrl,
    DOCKET_VAULT_URL: docket.vault.url,
    DOCKET_VAULT_TOKEN: docket.vault.tokenOf('operator'),
    DOCKET_ACTOR: 'operator-1',
    DOCKET_ACTOR_TENANT: 'acme',
  };
  unrecorded = quarantine(['list'], { DOCKET_KAFKA_BROKERS: `127.0.0.1:${await freePort()}` });
});
after(() => docket.stop());

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `docket quarantine …`. `watch` sees what it says on the way. */
async function quarantine(
  args: readonly string[],
  changes: Record<string, string | undefined> = {},
  watch: (child: ChildProcess, stderr: string) => void = () => {},
): Promise<Ran> {
  const child = spawn(process.execPath, [CLI, 'quarantine', ...args], {
    env: { PATH, NODE_COMPILE_CACHE, ...env, ...changes },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    watch(child, stderr);
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

/** What goes to quarantine for want of a redactor that works, and can be recorded once there is one. */
const failingRedactor: TextRedactor = {
  ...createTextRedactor(),
  redact: () => {
    throw new Error('as it was asked to');
  },
};

async function recordAll(redactor = createTextRedactor()): Promise<void> {
  const recorder = await startRecorder(docket.recorderEnv, { redactor });
  await docket.untilRecorded();
  await recorder.stop();
}

async function rows<Row>(sql: string): Promise<Row[]> {
  return docket.clickhouse.query<Row>(sql);
}

function labels(count: number) {
  return Array.from({ length: count }, () => sampleLabel({ note: `says ${NEEDLE}` }));
}

test('a list shows where and why, nothing of payloads, and is recorded as a read', async () => {
  await docket.send('label', labels(LABELS));
  await docket.sendRaw('label', [Buffer.from(`not avro ${NEEDLE}`)]);
  await recordAll(failingRedactor);
  const { code, stdout } = await quarantine(['list', '--json', '--limit', '1000']);
  assert.equal(code, 0);
  const listed = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(listed.length, LABELS + 1);
  assert.deepEqual([listed[0].reason, listed[1].reason], ['unknown_wire_form', 'redaction_failed']);
  assert.doesNotMatch(stdout, /canary/);
  const table = await quarantine(['list', '--reason', 'unknown_wire_form', '--tenant', 'nobody']);
  assert.equal(table.stdout.split('\n').filter((line) => line.includes(TOPIC)).length, 0);
  await recordAll();
  assert.deepEqual(await rows('SELECT action, role, rows FROM access_log ORDER BY offset'), [
    { action: 'quarantine.list', role: 'operator', rows: LABELS + 1 },
    { action: 'quarantine.list', role: 'operator', rows: 0 },
  ]);
});

test('what is stored of a payload is not the payload', async () => {
  const [stored] = await rows<{ boxes: number; plain: number }>(
    `SELECT countIf(payload_box IS NOT NULL) AS boxes, countIf(position(payload_box, 'canary') > 0) AS plain
     FROM quarantine`,
  );
  assert.deepEqual(stored, { boxes: LABELS + 1, plain: 0 });
});

test('a payload is shown to who has the key, and recorded as revealed before it is', async () => {
  const at = `${TOPIC}/0/${LABELS}`;
  const shown = await quarantine(['show', at]);
  assert.match(shown.stdout, /reason: unknown_wire_form/);
  assert.doesNotMatch(shown.stdout, /not avro|canary/);
  const refused = await quarantine(['show', at, '--reveal'], { DOCKET_VAULT_TOKEN: undefined });
  assert.deepEqual([refused.code, refused.stdout], [1, '']);
  assert.match(refused.stderr, /Give the token of an operator: --token-file/);
  const revealed = await quarantine(['show', at, '--reveal']);
  assert.match(revealed.stdout, /value, 32 bytes:\n00000000 {2}6e 6f 74 .* not avro canary/);
  await recordAll();
  const actions = await rows<{ action: string }>(
    'SELECT action FROM access_log ORDER BY offset DESC LIMIT 3',
  );
  assert.deepEqual(
    actions.map((row) => row.action),
    ['vault.open', 'quarantine.reveal', 'quarantine.show'],
  );
});

test('a read that cannot be recorded is refused', async () => {
  const { code, stdout } = await unrecorded;
  assert.deepEqual([code, stdout], [1, '']);
});

test('a replay that is killed in the middle and run again records each origin once', async (t) => {
  // What was wrong is mended: this redactor works.
  const recorder = await startRecorder(docket.recorderEnv);
  t.after(() => recorder.stop());

  const select = ['replay', '--reason', 'redaction_failed', '--batch', '10'];
  const dry = await quarantine([...select, '--dry-run']);
  assert.match(dry.stderr, new RegExp(`^${LABELS} selected: redaction_failed, tenant acme`));
  assert.match(dry.stdout, new RegExp(`^${LABELS} would be replayed, 0 replayed before`));

  const killed = await quarantine(select, {}, (child, stderr) => {
    if (/^100 replayed/m.test(stderr)) child.kill('SIGKILL');
  });
  assert.equal(killed.code, null);
  const again = await quarantine(select);
  assert.equal(again.code, 0, again.stderr);
  const [, sent, before] = /^(\d+) replayed, (\d+) replayed before/m.exec(again.stdout) ?? [];
  assert.equal(Number(sent) + Number(before), LABELS);
  assert.ok(Number(before) >= 100);
  assert.match(again.stdout, new RegExp(`^recorded: ${sent}\nduplicate: 0$`, 'm'));

  const [stored] = await rows(
    'SELECT count() AS n, uniqExact(label_id) AS events, uniqExact(origin_offset) AS origins FROM labels',
  );
  assert.deepEqual(stored, { n: LABELS, events: LABELS, origins: LABELS });
  const [refused] = await rows("SELECT count() AS n FROM quarantine WHERE reason = 'already_replayed'");
  assert.deepEqual(refused, { n: 0 });

  const third = await quarantine(select);
  assert.match(third.stdout, new RegExp(`^0 replayed, ${LABELS} replayed before`));
});

test('replays that fail again stand in quarantine with their origin, and can be replayed from there', async (t) => {
  const recorder = await startRecorder(docket.recorderEnv);
  t.after(() => recorder.stop());
  const first = await quarantine(['replay', `${TOPIC}/0/${LABELS}`]);
  assert.match(first.stdout, /^1 replayed.*\n.*\n.*\nin quarantine again, unknown_wire_form: 1$/m);
  const refused = await quarantine(['replay', `${TOPIC}/0/${LABELS}`]);
  assert.match(refused.stdout, /^0 replayed, 1 replayed before/);
  const generations = await quarantine(['replay', '--reason', 'unknown_wire_form']);
  assert.match(generations.stdout, /^1 replayed, 1 replayed before/);
});

test('a second replay past the command is refused by the recorder, also by one that starts afresh', async () => {
  const [message] = encodeEvents('label', labels(1));
  assert.ok(message);
  const { value } = message;
  await docket.producer.sendTo(TOPIC, [
    { partition: 0, key: null, value, headers: { 'docket-origin': '0/3' } },
    { partition: 0, key: null, value, headers: { 'docket-origin': '1/3' } },
  ]);
  await recordAll(failingRedactor);
  const last = await rows('SELECT reason, origin_offset FROM quarantine ORDER BY offset DESC LIMIT 2');
  assert.deepEqual(last, [
    { reason: 'redaction_failed', origin_offset: null },
    { reason: 'already_replayed', origin_offset: 3 },
  ]);
});
