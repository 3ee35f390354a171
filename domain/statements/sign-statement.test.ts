import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import type { Statement } from '../contract/events.ts';
import { signedBytes, signStatement, verifyStatement } from './sign-statement.ts';

const schema = loadReleasedSchemas().newest('statement');
/** The secret key of RFC 8032, section 7.1, test 1, as PKCS #8. */
const privateKey = createPrivateKey({
  key: Buffer.from(
    '302e020100300506032b657004220420' + '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'hex',
  ),
  format: 'der',
  type: 'pkcs8',
});
const publicKey = createPublicKey(privateKey);

const UNSIGNED: Omit<Statement, 'signature'> = {
  statement_id: Buffer.alloc(16, 1),
  tenant_id: 'acme',
  kind: 'PRUNE',
  about: null,
  ranges: [{ topic: 'docket.decisions.v1', partition: 3, first_offset: 0, last_offset: 41 }],
  rows: 42,
  details: [
    { key: 'class', value: 'records' },
    { key: 'cutoff', value: '2026-01-01' },
  ],
  issued_at: 1_767_225_600_000_000,
  key_name: 'vault-1',
  salt: Buffer.alloc(16, 2),
};

test('what is signed is the domain, and canonical Avro with a signature of zeros', () => {
  const bytes = signedBytes(schema, UNSIGNED);
  assert.equal(bytes.subarray(0, 19).toString('latin1'), 'docket-statement/1\0');
  assert.deepEqual(bytes.subarray(19), schema.encode({ ...UNSIGNED, signature: Buffer.alloc(64) }));
  assert.deepEqual(signedBytes(schema, { ...UNSIGNED, signature: Buffer.alloc(64, 9) }), bytes);
});

test('a fixed key and a fixed statement give a fixed signature', () => {
  const { signature } = signStatement(schema, UNSIGNED, privateKey);
  assert.equal(
    Buffer.from(signature).toString('hex'),
    '89990aec1582c550c947bd02e1ca5f92c36f1324b9febea3eda36b77db44ac7c' +
      '9b7c4418323b44a08b468c1128fb78f5fc107f85d11688200bfecdbdb8862e0e',
  );
});

test('a statement verifies as it was signed, and in no other form', () => {
  const signed: Statement = signStatement(schema, UNSIGNED, privateKey);
  assert.equal(verifyStatement(schema, signed, publicKey), true);
  const [range] = signed.ranges;
  assert.ok(range);
  const forms: [string, Statement][] = [
    ['another tenant', { ...signed, tenant_id: 'globex' }],
    ['another kind', { ...signed, kind: 'SCRUB' }],
    ['a longer range', { ...signed, ranges: [{ ...range, last_offset: 42 }] }],
    ['more ranges', { ...signed, ranges: [range, { ...range, partition: 0 }] }],
    ['fewer rows', { ...signed, rows: 41 }],
    ['no details', { ...signed, details: [] }],
    ['another time', { ...signed, issued_at: signed.issued_at + 1 }],
    ['another key name', { ...signed, key_name: 'vault-2' }],
    ['another salt', { ...signed, salt: Buffer.alloc(16) }],
    ['no signature', { ...signed, signature: Buffer.alloc(64) }],
    ['a short signature', { ...signed, signature: signed.signature.subarray(1) }],
  ];
  for (const [what, form] of forms) assert.equal(verifyStatement(schema, form, publicKey), false, what);
  const { publicKey: other } = generateKeyPairSync('ed25519');
  assert.equal(verifyStatement(schema, signed, other), false, 'another key');
});

test('keys other than Ed25519 are refused', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signed = signStatement(schema, UNSIGNED, privateKey);
  assert.throws(() => signStatement(schema, UNSIGNED, pair.privateKey), /Ed25519/);
  assert.throws(() => verifyStatement(schema, signed, pair.publicKey), /Ed25519/);
});
