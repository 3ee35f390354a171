import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readInventory, readSlos } from './render-rules.ts';

let directory = '';
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'docket-slos-'));
});
after(() => rm(directory, { recursive: true, force: true }));

test('a folder without SLOs is an error, not an empty set of rules', async () => {
  await assert.rejects(readSlos(directory), /no SLO found/);
});

test('text that is no YAML and a wrong definition are told together, each with its file', async () => {
  await writeFile(join(directory, 'a.yaml'), 'name: [');
  await writeFile(join(directory, 'b.yaml'), 'apiVersion: openslo/v1\nkind: SLO\nmetadata: {}\n');
  await assert.rejects(readSlos(directory), (error: Error) => {
    assert.match(error.message, /a\.yaml:1:8: is not YAML: /);
    assert.match(error.message, /b\.yaml:3:11: metadata.name is missing/);
    assert.match(error.message, /b\.yaml:1:1: spec is missing/);
    return true;
  });
});

test('an inventory with an id that would break a rule is refused', async () => {
  const file = join(directory, 'inventory.yaml');
  await writeFile(file, "expected:\n  - { tenant: 'a\"b', service: s }\n");
  await assert.rejects(readInventory(file), /expected\[0\]\.tenant/);
});
