import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createByteSearch } from './byte-search.ts';
import { patternsOf } from './patterns-of.ts';
import { type Places, searchFiles } from './search-places.ts';

const CANARY = 'qzkvwhtrbnpmxd';
const search = createByteSearch(patternsOf(7, [CANARY]));

test('a folder that a store removes while its files are searched is passed over, and the rest is searched', (t) => {
  const directory = temporaryDirectory(t);
  for (const folder of ['a', 'b', 'c']) {
    mkdirSync(join(directory, folder));
    writeFileSync(join(directory, folder, 'file'), CANARY);
  }
  const places: Places = new Map();
  const placeOf = (file: string) => {
    if (file === 'a/file') rmSync(join(directory, 'b'), { recursive: true });
    return 'files';
  };
  searchFiles(places, directory, placeOf, search);
  const found = new Map([[7, 'a/file']]);
  assert.deepEqual(places.get('files'), { parts: 2, bytes: 2 * CANARY.length, found });
});

test('a directory that is not there is an error, not a search that finds nothing', (t) => {
  const missing = join(temporaryDirectory(t), 'missing');
  assert.throws(() => searchFiles(new Map(), missing, () => 'files', search), { code: 'ENOENT' });
});

function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'docket-search-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
