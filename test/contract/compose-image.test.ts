import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { closeImports } from '../support/import-closure.ts';

const root = join(import.meta.dirname, '../..');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
const copied = [...dockerfile.matchAll(/^COPY (\S+) \.\/\1$/gm)].map(([, path]) => String(path));
const allowed = readFileSync(join(root, '.dockerignore'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1));
const entries = [
  ...readdirSync(join(root, 'services')).map((name) => `services/${name}/main.ts`),
  'cli/main.ts',
];
const closure = closeImports(root, entries);

test('the image holds every file that its services and commands import', () => {
  assert.ok(closure.files.length > 100);
  for (const file of closure.files) {
    assert.ok(
      copied.some((folder) => file.startsWith(`${folder}/`)),
      `${file} is not copied into the image`,
    );
  }
});

test('what they import of others is installed without development dependencies', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  assert.ok(closure.packages.includes('kafkajs'));
  assert.deepEqual(
    closure.packages.filter((name) => !(name in dependencies)),
    [],
  );
});

test('what is copied gets past .dockerignore, and nothing else does', () => {
  const wanted = [...copied, 'package.json', 'package-lock.json'];
  assert.deepEqual([...allowed].sort(), wanted.sort());
});

test('the image runs as a user without rights', () => {
  assert.match(dockerfile, /^USER node$/m);
});
