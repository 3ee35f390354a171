import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { checkSync } from 'recheck';
import ts from 'typescript';
import { createRules } from './create-rules.ts';
import { DEFAULT_RULESET } from './default-ruleset.ts';
import { scanNumberRuns } from './scan-number-runs.ts';
import { createTextRedactor, RedactionUnstable, TextTooLong } from './text-redactor.ts';

const FOLDER = new URL('.', import.meta.url);
const JUDGE_MS = 200;
/** For what it can decide, however busy the machine is. */
const KNOWN_JUDGE_MS = 20_000;
/** What the judge cannot decide in its time, as patterns that look behind, is measured below. */
const MIN_JUDGED_SAFE = 120;

interface Pattern {
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

/** Every regular expression that is written in the redactor, read from its syntax. */
function writtenPatterns(): Pattern[] {
  const found: Pattern[] = [];
  for (const file of readdirSync(FOLDER).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  )) {
    const visit = (node: ts.Node): void => {
      if (node.kind === ts.SyntaxKind.RegularExpressionLiteral) {
        const text = node.getText();
        const end = text.lastIndexOf('/');
        found.push({ file, source: text.slice(1, end), flags: text.slice(end + 1) });
      }
      ts.forEachChild(node, visit);
    };
    visit(
      ts.createSourceFile(file, readFileSync(new URL(file, FOLDER), 'utf8'), ts.ScriptTarget.Latest, true),
    );
  }
  return found;
}

/** What is ambiguous is so however often it may come: few repeats say the same, and take the judge a tenth of the time. */
function withFewRepeats(source: string): string {
  return source.replace(/\{(\d+)(,?)(\d*)\}/g, (_, least: string, comma: string, most: string) => {
    const fewer = most === '' ? '' : Math.min(3, Number(most));
    return `{${Math.min(2, Number(least))}${comma}${fewer}}`;
  });
}

describe('the patterns of the redactor', () => {
  process.env.RECHECK_SYNC_BACKEND = 'pure';
  const judge = (source: string, flags: string, timeout = JUDGE_MS) =>
    checkSync(source, flags, { timeout }).status;

  it('are judged by something that tells a slow one', () => {
    assert.equal(judge('^(a+)+$', '', KNOWN_JUDGE_MS), 'vulnerable');
    assert.equal(judge('a+$', '', KNOWN_JUDGE_MS), 'vulnerable');
  });

  it('are read in linear time', () => {
    const keys = DEFAULT_RULESET.detectors['api-key'].keys;
    const all = [
      ...writtenPatterns(),
      ...keys.map(({ name, pattern }) => ({ file: name, source: pattern, flags: 'g' })),
    ];
    let safe = 0;
    for (const { file, source, flags } of all) {
      const status = judge(withFewRepeats(source), flags);
      assert.notEqual(status, 'vulnerable', `${file}: /${source}/${flags}`);
      if (status === 'safe') safe++;
    }
    assert.ok(safe >= MIN_JUDGED_SAFE, `${safe} of ${all.length} were judged safe`);
  });
});

const HOSTILE_UNITS = [
  '1',
  '1 ',
  '1.',
  '1:',
  '::',
  ':',
  '@',
  'a@',
  'a.',
  '"@a.bc',
  '://',
  '://a:b@',
  '(',
  '+1',
  '+1234567 ',
  '01 2345678a',
  '0101 ',
  '4111 ',
  '1.1.1.1.',
  'DE89 ',
  'DE',
  'eyJ',
  'eyJaaaaa',
  'eyJaaaaa.',
  'ghp_',
  'sk-',
  'SG.',
  'bearer ',
  'bearer+',
  'authorization:',
  'authorization:digest x',
  'password=',
  'password="',
  'token=${',
  "token='${",
  '[TOKEN]',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN ',
  'a',
  'tel ',
  '((1',
  '\\',
  '&a',
  '550e8400-',
  'a1',
  '\u200b',
  '\ufdfa',
  ...[
    '%41',
    '%25',
    '\\u0041',
    '&#65;',
    '+',
    '4+1 ',
    '=40a',
    'YWRh',
    'a b ',
    'a . b ',
    ' (at) ',
    ' at a dot ',
    '\n',
    'a\n',
  ],
  ...[
    '1\n',
    '4111\n',
    'a@b\n',
    '=\n',
    'key a1B2',
    'phone 1 ',
    'tel:',
    '123-45-6789',
    '123456789 ',
    'ssn ',
    '[PHONE]',
  ],
  ...[
    'session=',
    'ghp_a1\n',
    'Cookie: a=b; ',
    'hooks.slack.com/',
    'AAAAAAAAAAAA',
    'SK0123',
    '0',
    '00',
    '(',
    '01 ',
  ],
];

/** Four times the text may take four times the work, and half of that again for what memory adds; not sixteen times. */
const MAX_RATIO = 10;
/** So near to four that a first, slow look at the small text hides nothing. */
const SURE_RATIO = 6;
const SMALL_MS = 60;
const rules = createRules(DEFAULT_RULESET);
const redactor = createTextRedactor();

/** Work in this process's own time, which other processes on the machine do not count to. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function assertLinear(work: (text: string) => void, unit: string, bytes: number, what: string): void {
  const textOf = (size: number) => unit.repeat(Math.floor(size / Buffer.byteLength(unit)));
  // Four times the text is sixteen times the work at worst that is looked for: all of it would be within SMALL_MS.
  const firstSmall = cpuMs(() => work(textOf(bytes / 4)));
  if (firstSmall < SMALL_MS / 16) return;
  const first = cpuMs(() => work(textOf(bytes)));
  if (first < SMALL_MS || first < firstSmall * SURE_RATIO) return;
  // The faster of two: the first may have met a collection of garbage, or code that was not compiled yet.
  const large = Math.min(
    first,
    cpuMs(() => work(textOf(bytes))),
  );
  const small = Math.min(
    firstSmall,
    cpuMs(() => work(textOf(bytes / 4))),
  );
  assert.ok(large < Math.max(small, SMALL_MS / 3) * MAX_RATIO, `${what}: ${small} ms, then ${large} ms`);
}

function redactOrRefuse(text: string): void {
  try {
    redactor.redact(text);
  } catch (error) {
    assert.ok(error instanceof RedactionUnstable || error instanceof TextTooLong);
  }
}

describe('hostile text is read in linear time', () => {
  for (const unit of HOSTILE_UNITS) {
    it(JSON.stringify(unit), () => {
      // Past the gate as well: what it holds back from one text another text brings along.
      for (const { id, find } of rules) {
        assertLinear(
          (text) =>
            find(
              text,
              () => {},
              () => scanNumberRuns(text),
            ),
          unit,
          1024 * 1024,
          id,
        );
      }
      assertLinear(redactOrRefuse, unit, 128 * 1024, 'the redactor');
    });
  }
});
