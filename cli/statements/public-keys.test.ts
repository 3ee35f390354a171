import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { parsePublicKeys } from './public-keys.ts';

test('a file of public keys has a name and the key on each line', () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const keys = parsePublicKeys(`# of the vault\n\nvault-1 ${raw}\n  vault-2\t${raw.toUpperCase()}  \n`);
  assert.deepEqual([...keys.keys()], ['vault-1', 'vault-2']);
  assert.ok(keys.get('vault-1')?.equals(publicKey));
});

test('a file that is none is refused by line', () => {
  for (const [text, wanted] of [
    ['', /must have lines/],
    ['# nothing\n', /must have lines/],
    ['vault-1 00ff\nvault-2\n', /see line 1, 2$/],
  ] as const)
    assert.throws(() => parsePublicKeys(text), wanted);
});
