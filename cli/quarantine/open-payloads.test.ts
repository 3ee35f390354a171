import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sealBox } from '../../domain/recording/quarantine-box.ts';
import { VaultFailure } from '../../platform/vault/vault-failure.ts';
import { createPayloadOpener } from './open-payloads.ts';

const KEY = { keyId: Buffer.alloc(16, 5), boxKey: Buffer.alloc(32, 6) };
const AT = { topic: 'docket.decisions.v1', partition: 0, offset: 7 };
const CONTENT = { key: null, value: Buffer.from('hello') };
const BOX = sealBox(KEY, 'acme', AT, CONTENT, Buffer.alloc(12));

test('payloads open with keys of their tenants, and each key is asked for once', async () => {
  const asked: string[] = [];
  const open = createPayloadOpener({
    open: async (tenant, keyIds) => {
      asked.push(tenant);
      return keyIds.map((keyId) => ({ keyId: Buffer.from(keyId), boxKey: KEY.boxKey }));
    },
  });
  assert.deepEqual(await open(AT, BOX), { ok: true, content: CONTENT });
  assert.deepEqual(await open(AT, BOX), { ok: true, content: CONTENT });
  assert.equal((await open({ ...AT, offset: 8 }, BOX)).ok, false);
  assert.deepEqual(asked, ['acme']);
});

test('of a key that was destroyed it says so', async () => {
  const open = createPayloadOpener({
    open: async () => {
      throw new VaultFailure('gone', 410);
    },
  });
  const problem = 'its payload was destroyed: the key of its day is gone, after 30 days or with an erasure';
  assert.deepEqual(await open(AT, BOX), { ok: false, problem });
});

test('without the vault nothing is said of the payload, but what to do', async () => {
  const open = createPayloadOpener({
    open: async () => {
      throw new VaultFailure('unreachable', null);
    },
  });
  await assert.rejects(
    open(AT, BOX),
    /key of a payload cannot be had: the vault does not answer \(unreachable\)/,
  );
});

test('a box of the time before the vault is of an unknown form', async () => {
  const open = createPayloadOpener({ open: async () => [] });
  const old = Buffer.concat([Buffer.from([1]), BOX.subarray(1)]);
  const opened = await open(AT, old);
  assert.ok(!opened.ok && /form that this version does not know/.test(opened.problem));
});
