import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationError } from './configuration.ts';
import { readSettingsFile, readTogether } from './settings-file.ts';

const read = (setting: string) =>
  readSettingsFile(setting, '/nowhere.yaml', 'config/a.example.yaml', () => ({}));

test('files that cannot be read are told together', async () => {
  await assert.rejects(readTogether(read('DOCKET_A'), read('DOCKET_B')), (error: unknown) => {
    assert.ok(error instanceof ConfigurationError);
    assert.deepEqual(
      error.problems.map((problem) => problem.split(':')[0]),
      ['DOCKET_A', 'DOCKET_B'],
    );
    return true;
  });
});

test('what is no problem of a configuration stays what it is', async () => {
  const broken = Promise.reject(new TypeError('a mistake'));
  await assert.rejects(readTogether(Promise.resolve(1), broken), TypeError);
  assert.deepEqual(await readTogether(Promise.resolve(1), Promise.resolve('b')), [1, 'b']);
});
