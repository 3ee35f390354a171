import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { panelsOf } from '../test/support/dashboard-queries.ts';
import { renderOnCall } from './on-call.ts';

const text = renderOnCall();
const panels = panelsOf(JSON.parse(text)).filter(({ type }) => type !== 'row');

interface FieldConfig {
  readonly defaults: {
    readonly unit?: string;
    readonly noValue?: string;
    readonly mappings?: readonly { type: string; options: { match?: string; result?: { color?: string } } }[];
    readonly thresholds?: { readonly steps: readonly { value: number | null; color: string }[] };
  };
  readonly overrides?: readonly { readonly properties: readonly { id: string; value: unknown }[] }[];
}

function fieldConfigOf(panel: Readonly<Record<string, unknown>>): FieldConfig {
  return panel.fieldConfig as FieldConfig;
}

test('the committed JSON is what the sources generate', () => {
  const file = join(import.meta.dirname, 'on-call.json');
  assert.equal(readFileSync(file, 'utf8'), text, 'stale: run `node dashboards/generate.ts`');
});

test('there are panels, and each has a title of its own', () => {
  assert.ok(panels.length >= 20);
  assert.equal(new Set(panels.map(({ title }) => title)).size, panels.length);
});

for (const panel of panels) {
  test(`${String(panel.title)}: has a unit and says what it shows`, () => {
    assert.ok(fieldConfigOf(panel).defaults.unit);
    assert.ok(String(panel.description ?? '').length > 30);
  });

  test(`${String(panel.title)}: "no data" is said, and never green`, () => {
    const { defaults, overrides = [] } = fieldConfigOf(panel);
    assert.ok(defaults.noValue);
    const nothing = defaults.mappings?.find(({ options }) => options.match === 'null+nan');
    assert.ok(nothing?.options.result?.color && nothing.options.result.color !== 'green');
    const steps = [
      defaults.thresholds?.steps,
      ...overrides.flatMap(({ properties }) =>
        properties
          .filter(({ id }) => id === 'thresholds')
          .map(({ value }) => (value as typeof defaults.thresholds)?.steps),
      ),
    ];
    for (const [base, ...rest] of steps.map((list) => list ?? [])) {
      assert.equal(base?.value, null);
      assert.notEqual(base?.color, 'green');
      const bounds = rest.map(({ value }) => value ?? Number.NaN);
      assert.deepEqual(
        bounds,
        [...bounds].sort((a, b) => a - b),
        'thresholds must ascend',
      );
    }
  });

  test(`${String(panel.title)}: an old number never stands for the present`, () => {
    assert.doesNotMatch(JSON.stringify(panel), /lastNotNull|"spanNulls":true|"connectNulls"/);
  });
}
