import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { keepTimescale } from './keep-timescale.ts';

test('a data directory keeps the timescale of its first start, and says what to do about another', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'docket-timescale-'));
  t.after(() => rmSync(directory, { recursive: true }));
  keepTimescale(directory, 12);
  keepTimescale(directory, 12);
  assert.throws(() => keepTimescale(directory, 1), /--timescale 12.*--fresh/);
});
