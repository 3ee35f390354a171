import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileHints } from './compile-hints.ts';
import { DEFAULT_RULESET } from './default-ruleset.ts';
import { createGate } from './gate-bytes.ts';
import { SEEN } from './hint-walk-module.ts';
import { scanHints } from './scan-hints.ts';
import { loadHintWalk } from './walk-hints.ts';

const WORDS = ['a', 'ab', 'abab', 'bbbbbbbbbbbbbbbbbbbb', 'ca', 'aabaabaab', 'cc c'];

/** A table and a walk that write down every end they are asked to confirm. */
function recording() {
  const found: string[] = [];
  const hints = WORDS.map((word) => ({
    word,
    bit: 1,
    confirm: (_: Uint8Array, last: number) => {
      found.push(`${word} at ${last}`);
      return false;
    },
  }));
  const table = compileHints(hints);
  const walk = loadHintWalk(table);
  assert.ok(walk !== null, 'this machine has vector instructions');
  const endsOf = (act: () => void) => {
    found.length = 0;
    act();
    return [...found];
  };
  return { table, walk, endsOf };
}

test('a walk finds the same ends as a scan byte by byte, each once and in text order', () => {
  const { table, walk, endsOf } = recording();
  const text = fc.array(fc.constantFrom(...WORDS, ' ', 'd', 'b'), { minLength: 10, maxLength: 80 });
  fc.assert(
    fc.property(text, fc.nat(5), (parts, skipped) => {
      const bytes = Buffer.from(parts.join(''));
      const start = Math.min(skipped, bytes.length);
      const scanned = endsOf(() => scanHints(table, bytes, start, bytes.length));
      const walked = endsOf(() => {
        walk.see(bytes, start, bytes.length, false);
        walk.confirm(bytes, start, bytes.length);
      });
      assert.deepEqual(walked, scanned);
    }),
    { numRuns: 2_000 },
  );
});

const RUN = 'abcdefghijklmno';
const SIGHTS: readonly [string, string, number][] = [
  ['nothing', 'The request was passed on unchanged, and nothing else was to be said of it.', 0],
  ['a digit', 'The request was passed on unchanged, and nothing 7lse was to be said of it.', SEEN.digit],
  ['a filling', 'The request was passed on = unchanged, nothing else was to be said of it.', SEEN.filling],
  ['a foreign byte', 'The request was passed on unchanged, and nothing else — was to be said.', SEEN.foreign],
  ['five spaces in turn', 'The request was passed on a b c d unchanged, nothing else was to be said.', 0],
  [
    'six spaces in turn',
    'The request was passed on a b c d e f unchanged, nothing else was said.',
    SEEN.turns,
  ],
];
for (const [name, text, expected] of SIGHTS) {
  test(`a walk sees ${name}, wherever it stands`, () => {
    const { walk } = recording();
    for (let shift = 0; shift < 16; shift++) {
      const bytes = Buffer.from('!'.repeat(shift) + text);
      assert.equal(walk.see(bytes, 0, bytes.length, false), expected, `shifted by ${shift}`);
    }
  });
}

test('a walk sees runs of fifteen units, and none of fourteen', () => {
  const { walk } = recording();
  for (let before = 0; before < 40; before++) {
    for (const [run, expected] of [
      [RUN, SEEN.run],
      [RUN.slice(1), 0],
      [`${RUN}${RUN}${RUN}`, SEEN.run],
    ] as const) {
      const bytes = Buffer.from(`${'! '.repeat(before).slice(0, before)} ${run} and so on, of no interest`);
      const turns = walk.see(bytes, 0, bytes.length, false) & SEEN.run;
      assert.equal(turns, expected, `a run of ${run.length} behind ${before} bytes`);
    }
  }
});

test('what stands in memory behind a text is no part of it', () => {
  const { walk } = recording();
  const long = Buffer.from(`${'x'.repeat(200)} 7 = — ${RUN}`);
  walk.see(long, 0, long.length, true);
  for (let length = 48; length < 64; length++) {
    const bytes = Buffer.from('ab c de fgh, '.repeat(6)).subarray(0, length);
    assert.equal(walk.see(bytes, 0, length, false), 0, `${length} bytes`);
  }
});

test('a gate says the same of every text with a walk and without', () => {
  const [walking, plain] = [createGate(DEFAULT_RULESET), createGate(DEFAULT_RULESET, () => null)];
  const piece = fc.constantFrom(
    ...[
      'The request was held ',
      'call me: ',
      '+1 415 555 0132',
      ' ada@example.com',
      'token = ',
      'AKIA',
      '\n',
      '=\n',
    ],
    ...[
      'DE89370400440532013000',
      ' a d a @ x . c o m ',
      'YWRhQGV4YW1wbGUuY29t',
      'é',
      '—',
      ' телефон ',
      '4111 1111 1111 1111',
    ],
    ...[
      'sk-',
      'aB3xY9zQ',
      ' secret ',
      '192.0.2.1',
      ' at ',
      ' dot ',
      '%40',
      'passphrase',
      '\u200b',
      '😀',
      ' ::1 ',
      '"',
      '@',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 3, maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      assert.equal(walking.gate(text), plain.gate(text));
    }),
    { numRuns: 3_000 },
  );
});
