import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYamlDocuments } from './read-documents.ts';

const TEXT = `a: 1
b:
  - c: x
    d:
--- # an empty document is none
---
e: &one { v: 1 }
f: *one
---
g: [1,
`;

test('documents of a file are told apart, empty ones left out, broken ones told with their place', () => {
  const { documents, problems } = parseYamlDocuments('x.yaml', TEXT);
  assert.deepEqual(
    documents.map(({ value }) => value),
    [
      { a: 1, b: [{ c: 'x', d: null }] },
      { e: { v: 1 }, f: { v: 1 } },
    ],
  );
  assert.equal(problems.length, 1);
  assert.deepEqual([problems[0]?.file, problems[0]?.line], ['x.yaml', 11]);
});

test('a place is that of the value, of its name, or of the nearest thing around it', () => {
  const [first, second] = parseYamlDocuments('x.yaml', TEXT).documents;
  assert.deepEqual(first?.positionOf(['b', 0, 'c']), { line: 3, column: 8 });
  assert.deepEqual(first?.positionOf(['b', 0, 'c'], 'key'), { line: 3, column: 5 });
  assert.deepEqual(first?.positionOf(['b', 0, 'd']), { line: 4, column: 5 });
  assert.deepEqual(first?.positionOf(['b', 0, 'missing']), { line: 3, column: 5 });
  assert.deepEqual(first?.positionOf(['missing']), { line: 1, column: 1 });
  assert.deepEqual(second?.positionOf(['e', 'v']), { line: 7, column: 14 });
  assert.deepEqual(second?.positionOf(['f', 'v']), { line: 7, column: 14 });
});

test('aliases that would grow without bound are refused', () => {
  const bomb = [
    'a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]',
    ...'bcdefg'.split('').map((name, index) => {
      const before = 'abcdef'[index];
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`;
    }),
  ].join('\n');
  const { documents, problems } = parseYamlDocuments('x.yaml', bomb);
  assert.equal(documents.length, 0);
  assert.match(problems[0]?.message ?? '', /too many aliases/);
});
