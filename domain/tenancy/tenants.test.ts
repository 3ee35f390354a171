import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { parseTenants } from './tenants.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const token = (text: string, role = 'enforcer', subject = 'guard-fleet') => ({
  sha256: digest(text),
  role,
  subject,
});

test('a token stands for its tenant, role and holder', () => {
  const parsed = parseTenants({
    tenants: [
      { id: 'acme', tokens: [token('first'), token('second', 'auditor', 'auditor-3')] },
      { id: 'globex', tokens: [token('third', 'sre', 'sre-1')] },
    ],
  });
  assert.ok('tenants' in parsed);
  const { authenticate, tenantIds } = parsed.tenants;
  assert.deepEqual(tenantIds, ['acme', 'globex']);
  assert.deepEqual(authenticate('second'), { tenantId: 'acme', role: 'auditor', subject: 'auditor-3' });
  assert.deepEqual(authenticate('third'), { tenantId: 'globex', role: 'sre', subject: 'sre-1' });
  for (const wrong of ['', 'Second', 'second ', digest('second'), 'x'.repeat(5000)]) {
    assert.equal(authenticate(wrong), null);
  }
});

test('every problem is told at once, with its path and without a value', () => {
  const parsed = parseTenants({
    tenants: [
      { id: 'two words', tokens: [{ sha256: 'SECRET', role: 'root', subject: '' }] },
      { id: 'acme', tokens: [{ ...token('a'), secret: 'SECRET' }], SECRET: 1 },
    ],
  });
  assert.ok('problems' in parsed);
  assert.deepEqual(
    parsed.problems.map((problem) => problem.split(':')[0]),
    [
      'tenants.0.id',
      'tenants.0.tokens.0.sha256',
      'tenants.0.tokens.0.role',
      'tenants.0.tokens.0.subject',
      'tenants.1.tokens.0',
      'tenants.1',
    ],
  );
  assert.doesNotMatch(parsed.problems.join('\n'), /SECRET|root|two words/);
});

test('a tenant or a token that stands twice is refused', () => {
  const parsed = parseTenants({
    tenants: [
      { id: 'acme', tokens: [token('a'), token('a', 'sre')] },
      { id: 'acme', tokens: [token('a')] },
    ],
  });
  assert.ok('problems' in parsed);
  assert.deepEqual(
    parsed.problems.map((problem) => problem.split(':')[0]),
    ['tenants.0.tokens.1.sha256', 'tenants.1.id', 'tenants.1.tokens.0.sha256'],
  );
});

test('a document of another shape is refused with what to do', () => {
  for (const value of [undefined, null, 'tenants', [], {}, { tenants: [] }, { tenants: 'acme' }]) {
    const parsed = parseTenants(value);
    assert.ok('problems' in parsed && parsed.problems.length === 1, JSON.stringify(value));
  }
});
