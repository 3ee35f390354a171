import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Command } from 'commander';
import { ALERTS } from '../../domain/slo/metric-names.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/runbooks');
const texts = readdirSync(folder).map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));

// cli/main.ts runs what it is called with, so its commands are taken from their own files.
const docket = new Command('docket');
const commandFiles = readdirSync(join(root, 'cli'), { withFileTypes: true }).filter(
  (entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name) && entry.name !== 'main.ts',
);
for (const { name } of commandFiles) {
  const exported: Record<string, unknown> = await import(join(root, 'cli', name));
  for (const [key, make] of Object.entries(exported)) {
    if (!key.endsWith('Command') || typeof make !== 'function') continue;
    const command: unknown = make();
    if (command instanceof Command) docket.addCommand(command);
  }
}

/** `docket …` as the texts call it: in a block, or between backquotes. */
const CALL = /(?:^ {4}(?:npx )?|`(?:npx )?)docket ((?:[^`\n#|]|`)*)/gm;

test('each alert has a runbook, and each runbook an alert', () => {
  assert.deepEqual(
    texts.map(({ file }) => file).sort(),
    Object.values(ALERTS)
      .map((name) => `${name}.md`)
      .sort(),
  );
});

describe('each runbook', () => {
  for (const { file, text } of texts) {
    test(`${file} says what it means, where to look, what to do, and when it is over`, () => {
      assert.ok(text.startsWith(`# ${file.replace('.md', '')}\n`));
      for (const part of ['**What it means.**', '**First look**', '**Then', '**Over']) {
        assert.ok(text.includes(part), `${part} is missing`);
      }
      assert.ok(text.split('\n').length <= 40, 'it is too long for three in the morning');
    });

    test(`${file} names no command of ours that does not exist`, () => {
      for (const [, call] of text.matchAll(CALL)) assertCommand(String(call).split('`')[0] ?? '');
    });

    test(`${file} links to nothing that is not there`, () => {
      for (const [, target] of text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
        readFileSync(join(folder, String(target)));
      }
    });
  }
});

test('a command or option that does not exist would be noticed', () => {
  assert.throws(() => assertCommand('slo repot --tenant TENANT'));
  assert.throws(() => assertCommand('slo report --tenants TENANT'));
  assert.throws(() => assertCommand('sloo report'));
  assertCommand('slo report --tenant TENANT');
});

function assertCommand(call: string): void {
  const words = call.trim().split(/\s+/);
  let command: Command = docket;
  let named = 0;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) break;
    command = next;
    named++;
  }
  assert.ok(named > 0, `docket ${words[0]} does not exist`);
  // A noun alone is spoken of, and not called.
  const isWhole = command.commands.length === 0 || words.length === named;
  assert.ok(isWhole, `docket ${words.slice(0, named + 1).join(' ')} does not exist`);
  const known = command.options.map(({ long }) => long);
  for (const word of words.filter((one) => one.startsWith('--'))) {
    assert.ok(known.includes(word.split('=')[0]), `docket ${call}: there is no ${word}`);
  }
}
