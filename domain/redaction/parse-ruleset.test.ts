import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { DEFAULT_RULESET } from './default-ruleset.ts';
import { describeProblems, parseRuleset } from './parse-ruleset.ts';
import type { Ruleset } from './ruleset.ts';
import { createTextRedactor } from './text-redactor.ts';

const FILE = new URL('../../config/redaction.yaml', import.meta.url);
const shipped = parse(readFileSync(FILE, 'utf8')) as Ruleset;

/** A ruleset with a tenant `acme` that has a key of its own, an allowed value and an allowed host. */
function withTenant(): Ruleset {
  return {
    ...DEFAULT_RULESET,
    tenants: {
      acme: {
        keys: [{ name: 'acme', hints: ['acme_'], pattern: 'acme_[a-z0-9]{12,}' }],
        masks: { pointers: ['/customer/name'], names: ['nickname'] },
        allow: { values: ['192.0.2.1'], mailHosts: ['acme.example'] },
      },
    },
  };
}

describe('the ruleset', () => {
  it('is the same in the file and in the program', () => {
    assert.deepEqual(shipped, DEFAULT_RULESET);
    assert.deepEqual(parseRuleset(shipped), { ok: true, ruleset: DEFAULT_RULESET });
  });

  it('tells every mistake at once, with its place and what to do, and no value', () => {
    const wrong: Record<string, Record<string, unknown>> = parse(readFileSync(FILE, 'utf8'));
    Object.assign(wrong, { version: 2, extra: 1, tenants: { acme: { keys: [], masks: {} } } });
    Object.assign(wrong.allow ?? {}, { mailHosts: ['NOT A HOST'] });
    Object.assign(wrong.masks ?? {}, { pointers: ['no-slash'], names: 'password' });
    Object.assign(wrong.detectors ?? {}, {
      ip: { enabled: 'yes' },
      phone: { enabled: true, regions: ['US', 'XX'] },
      card: { enabled: true, issuers: ['55-51:16'], validators: ['guess'] },
      iban: { enabled: true, countries: ['ZZ'], validators: [] },
      'api-key': { enabled: true, keys: [{ name: 'x', hints: [], pattern: '(a+)+$' }] },
    });
    const parsed = parseRuleset(wrong);
    assert.ok(!parsed.ok);
    assert.deepEqual(
      parsed.problems.map(({ path }) => path),
      [
        'version',
        'detectors.api-key.keys[0].pattern',
        'detectors.api-key.keys[0].hints',
        'detectors.iban.countries[0]',
        'detectors.card.issuers[0]',
        'detectors.card.validators[0]',
        'detectors.ip.enabled',
        'detectors.phone.regions[1]',
        'masks.pointers[0]',
        'masks.names',
        'allow.mailHosts[0]',
        'tenants.acme.masks.pointers',
        'tenants.acme.masks.names',
        'tenants.acme.allow',
        'extra',
      ],
    );
    const told = describeProblems(parsed.problems);
    for (const value of ['NOT A HOST', '55-51', 'ZZ', '(a+)+']) assert.ok(!told.includes(value), value);
  });

  it('refuses what is no ruleset at all', () => {
    for (const data of [undefined, null, 1, 'x', [], {}]) assert.equal(parseRuleset(data).ok, false);
  });

  it('refuses patterns that could be slow', () => {
    const slow = [
      ...[
        '(a+)+',
        'a*',
        'x{1,}y',
        '(?:a|b){1,500}',
        'a{1,400}b{1,400}c',
        '.*',
        'a|b',
        '(?=a)b',
        'a{600}',
        '[a-z',
        '\\1',
      ],
      ...['(?:a(?:b))', 'a{5,2}', '', '{3}a', '(?:a', '^a$'],
    ];
    for (const pattern of slow) {
      const detectors = {
        ...DEFAULT_RULESET.detectors,
        'api-key': { enabled: true, keys: [{ name: 'x', hints: ['abc'], pattern }] },
      };
      assert.equal(parseRuleset({ ...DEFAULT_RULESET, detectors }).ok, false, pattern);
    }
  });
});

describe('a redactor with a ruleset', () => {
  it('leaves out what is switched off', () => {
    const detectors = { ...DEFAULT_RULESET.detectors, ip: { enabled: false } };
    const redactor = createTextRedactor({ ...DEFAULT_RULESET, detectors });
    assert.equal(redactor.redact('ada@example.com at 192.0.2.7').text, '[EMAIL] at 192.0.2.7');
  });

  it('looks for a tenant’s own keys in its texts only, and leaves what it allows', () => {
    const redactor = createTextRedactor(withTenant());
    const text = 'acme_abc123def456 by a@acme.example or b@example.com from 192.0.2.1';
    assert.equal(redactor.redact(text, 'acme').text, '[TOKEN] by a@acme.example or [EMAIL] from 192.0.2.1');
    assert.equal(redactor.redact(text, 'other').text, 'acme_abc123def456 by [EMAIL] or [EMAIL] from [IP]');
    assert.equal(redactor.redact('see acme_abcdefghijklm', 'acme').text, 'see [TOKEN]');
  });

  it('takes bytes for plain only where no tenant has a key in them', () => {
    const isPlain = (text: string) => {
      const bytes = Buffer.from(text);
      return createTextRedactor(withTenant()).isPlainText(bytes, 0, bytes.length);
    };
    assert.equal(isPlain('nothing here'), true);
    assert.equal(isPlain('see acme_abcdefghijklm'), false);
  });

  it('has a digest that changes with every part of its data', () => {
    const digests = [
      DEFAULT_RULESET,
      withTenant(),
      { ...DEFAULT_RULESET, masks: { pointers: [], names: [] } },
    ].map((ruleset) => createTextRedactor(ruleset).digest);
    assert.equal(new Set(digests).size, digests.length);
  });
});
