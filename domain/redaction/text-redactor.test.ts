import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_RULESET } from './default-ruleset.ts';
import type { Ruleset } from './ruleset.ts';
import { createTextRedactor, TextTooLong } from './text-redactor.ts';

const redactor = createTextRedactor();
const ONLY_US: Ruleset = {
  ...DEFAULT_RULESET,
  detectors: { ...DEFAULT_RULESET.detectors, phone: { enabled: true, regions: ['US'] } },
};

/** text, what is left of it, the rules that fired. */
type Case = readonly [string, string, ...string[]];

const JWT = `eyJhbGciOiJIUzI1NiJ9.${'eyJzdWIiOiIxIn0'}.SflKxwRJSMeKKF2QT4fwpMeJf36POk6y`;
const FOUND: readonly Case[] = [
  ['write to ada@example.com.', 'write to [EMAIL].', 'email'],
  ["<o'hara+x@mail.example.co.uk>", '<[EMAIL]>', 'email'],
  ['mailto:a_b%c@example.museum?x', 'mailto:[EMAIL]?x', 'email'],
  ['user=ada@example.com&x=1', 'user=[EMAIL]&x=1', 'email'],
  ['иван@пример.рф пишет', '[EMAIL] пишет', 'email'],
  ['请联系ada@example.com谢谢', '请联系[EMAIL]谢谢', 'email'],
  ['"ada l"@example.com', '[EMAIL]', 'email'],
  ['ada@[192.0.2.7]', '[EMAIL]', 'email', 'ip'],
  ['a\u200bda\uff20exam\u00adple.com!', '[EMAIL]!', 'email'],
  ['𝐚𝐝𝐚@example.com', '[EMAIL]', 'email'],
  ['card 4111 1111 1111 1111 exp', 'card [CARD] exp', 'card'],
  ['4111-1111-1111-1111', '[CARD]', 'card'],
  ['pay 378282246310005, 3782 822463 10005', 'pay [CARD], [CARD]', 'card'],
  ['card４１１１１１１１１１１１１１１１', 'card[CARD]', 'card'],
  ['4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', '[CARD]', 'card'],
  [
    '550e8400-e29b-41d4-a716-446655440000 4111 1111 1111 1111',
    '550e8400-e29b-41d4-a716-446655440000 [CARD]',
    'card',
  ],
  ['٤١١١ ١١١١ ١١١١ ١١١١', '[CARD]', 'card'],
  ['to DE89 3704 0044 0532 0130 00 today', 'to [IBAN] today', 'iban'],
  ['GB82WEST12345698765432', '[IBAN]', 'iban'],
  ['iban:fr1420041010050500013m02606', 'iban:[IBAN]', 'iban'],
  ['call +49 30 901820 now', 'call [PHONE] now', 'phone'],
  ['+14155552671 2', '[PHONE] 2', 'phone'],
  ['(+44) 20 7946 0958', '[PHONE]', 'phone'],
  ['0044 20 7946 0958', '[PHONE]', 'phone'],
  ['on 2024-01-15 (202) 555-0123 x12', 'on 2024-01-15 [PHONE]', 'phone'],
  ['202-555-0123', '[PHONE]', 'phone'],
  ['ring 01 42 68 53 00', 'ring [PHONE]', 'phone'],
  ['3 of 030 901820', '3 of [PHONE]', 'phone'],
  ['teléfono 612345678', 'teléfono [PHONE]', 'phone'],
  ['tel. 0301234', 'tel. [PHONE]', 'phone'],
  ['tel. 030901820', 'tel. [PHONE]', 'phone'],
  ['from 192.0.2.7:8080', 'from [IP]:8080', 'ip'],
  ['10.0.0.1.443 > 10.0.0.2.', '[IP].443 > [IP].', 'ip'],
  ['version 1.2.3.4', 'version [IP]', 'ip'],
  ['[2001:db8::1]:443 ::1 fe80::', '[[IP]]:443 [IP] [IP]', 'ip'],
  ['id:2001:db8::1,', 'id:[IP],', 'ip'],
  ['2001:0db8:0:0:0:0:0:1', '[IP]', 'ip'],
  ['::ffff:192.0.2.1', '[IP]', 'ip'],
  ['Bearer abc.def-123', 'Bearer [TOKEN]', 'bearer-token'],
  ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic [TOKEN]', 'bearer-token'],
  ['{"authorization":"Bearer secret"}', '{"authorization":"Bearer [TOKEN]"}', 'bearer-token'],
  ['Authorization: Digest username="a", nonce="b"\nx', 'Authorization: Digest [TOKEN]\nx', 'bearer-token'],
  [`got ${JWT}.`, 'got [TOKEN].', 'jwt'],
  [`xx${JWT}`, 'xx[TOKEN]', 'jwt'],
  ['AKIAIOSFODNN7EXAMPLE', '[TOKEN]', 'api-key'],
  [`ghp_${'a1B2'.repeat(9)}`, '[TOKEN]', 'api-key'],
  [`sk-proj-${'a1B2'.repeat(9)} x`, '[TOKEN] x', 'api-key'],
  [`xoxb-${'1234567890'}-abc`, '[TOKEN]', 'api-key'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nb', '[TOKEN]\nb', 'private-key'],
  ['a -----BEGIN PRIVATE KEY-----\nMII', 'a [TOKEN]', 'private-key'],
  ['password=hunter2', 'password=[TOKEN]', 'secret-assignment'],
  ['db_password: "two words", a: 1', 'db_password: "[TOKEN]", a: 1', 'secret-assignment'],
  ['{\\"api_key\\":\\"k\\"}', '{\\"api_key\\":\\"[TOKEN]\\"}', 'secret-assignment'],
  ['?token=abc&user=5', '?token=[TOKEN]&user=5', 'secret-assignment'],
  ['X-Api-Key: k,ey', 'X-Api-Key: [TOKEN]', 'secret-assignment'],
  ['token=ada@example.com', 'token=[TOKEN]', 'secret-assignment'],
  ['postgres://u:p@db.example.com/x', 'postgres://[TOKEN]@db.example.com/x', 'url-credential'],
  ['https://user:p@ss@host.example/', 'https://[TOKEN]@host.example/', 'url-credential'],
];

describe('what is found is replaced by its marker', () => {
  for (const [text, expected, ...rules] of FOUND) {
    it(JSON.stringify(text), () => {
      const redacted = redactor.redact(text);
      assert.equal(redacted.text, expected);
      const named = redacted.findings.map((finding) => finding.rule);
      assert.ok(named.length > 0 && named.every((rule) => rules.includes(rule)), named.join());
      assert.equal(redactor.detects(text), true);
    });
  }
});

const CLEAN: readonly string[] = [
  '',
  'The request was denied by rule 12 of policy billing-7.',
  'id 550e8400-e29b-41d4-a716-446655440000, 12345678-1234-4123-8123-123456789012',
  '41111111-1111-1111-1111-111111111111',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7',
  '2024-01-15T10:30:00.123456Z, 2024-01-15 10:30:00, 15.01.2024 10:30, 01/02/2024 1015',
  'epoch 1700000000, 1700000000000, 1700000000000000',
  '$1,234,567.89 or 1.234.567,89 € or 1 234 567,00',
  'order 4111111111111112, 1234567890123456, 2025550123',
  'node 24.1.3, v1.2.3.4, lib 1.2.3-rc.1, oid 1.3.6.1.4.1.311',
  'at 52.520008, 13.404954 and -122.419416 37.774929',
  '{"score": 0.4532015112830366, "p": .4532015112830366}',
  'mac aa:bb:cc:dd:ee:ff at 10:30:00, std::vector<a>, a::b, Foo::Bar::new()',
  'SHA1 AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01',
  'the bearer of news, bearer authentication, authorization: denied',
  'token: expired, max_tokens=4096, token: 1500, password: required',
  'lodash@4.17.21, image@sha256:abc, @team, a @ b, root@localhost',
  'https://example.com/a?b=c ssh://git/repo task-force-one-two-three-four',
  'Nutzer héllo wörld — “quoted” 价格 100 元 …',
];

describe('what identifies nobody stays as it is', () => {
  for (const text of CLEAN) {
    it(JSON.stringify(text.slice(0, 60)), () => {
      assert.deepEqual(redactor.redact(text), { text, findings: [] });
      assert.equal(redactor.detects(text), false);
    });
  }
});

describe('the redactor', () => {
  it('counts each rule and sorts the findings by rule', () => {
    const { text, findings } = redactor.redact('b@x.eu from 192.0.2.7, a@x.eu');
    assert.equal(text, '[EMAIL] from [IP], [EMAIL]');
    assert.deepEqual(findings, [
      { rule: 'email', count: 2 },
      { rule: 'ip', count: 1 },
    ]);
  });

  it('finds nothing in its own markers', () => {
    for (const marker of ['[EMAIL]', '[CARD]', '[IBAN]', '[PHONE]', '[IP]', '[TOKEN]']) {
      for (const text of [
        marker,
        `password=${marker}`,
        `Authorization: Bearer ${marker}`,
        `x://${marker}@h`,
      ]) {
        assert.deepEqual(redactor.redact(text), { text, findings: [] });
      }
    }
  });

  it('refuses a text above 256 KiB of UTF-8, and reads one of just that size', () => {
    const limit = 256 * 1024;
    assert.equal(redactor.redact('a'.repeat(limit)).text.length, limit);
    assert.throws(() => redactor.redact('a'.repeat(limit + 1)), TextTooLong);
    assert.throws(() => redactor.detects('é'.repeat(limit / 2 + 1)), TextTooLong);
  });

  it('has one digest for one ruleset and another for other phone regions', () => {
    assert.match(redactor.digest, /^[0-9a-f]{64}$/);
    assert.equal(createTextRedactor().digest, redactor.digest);
    assert.notEqual(createTextRedactor(ONLY_US).digest, redactor.digest);
  });

  it('knows the national phone forms of the regions it was given, and no others', () => {
    const us = createTextRedactor(ONLY_US);
    assert.equal(us.detects('01 42 68 53 00'), false);
    assert.equal(us.redact('202-555-0123').text, '[PHONE]');
  });
});
