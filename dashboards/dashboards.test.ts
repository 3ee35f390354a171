import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Json, panelsOf } from '../test/support/dashboard-queries.ts';
import { ALL_DASHBOARDS } from './all-dashboards.ts';
import { renderDashboard } from './shape-dashboard.ts';

interface FieldConfig {
  readonly defaults: {
    readonly unit?: string;
    readonly noValue?: string;
    readonly mappings?: readonly { type: string; options: { match?: string; result?: { color?: string } } }[];
    readonly thresholds?: Thresholds;
  };
  readonly overrides?: readonly { readonly properties: readonly { id: string; value: unknown }[] }[];
}
interface Thresholds {
  readonly steps: readonly { value: number | null; color: string }[];
}

/** Panels whose numbers have no bound that would hold for everybody. */
const WITHOUT_THRESHOLDS: Readonly<Record<string, string>> = {
  'Latency: decisions within the threshold, 1 h': 'the bound is the objective, which is configured',
  'Enforcement success, 1 h': 'the bound is the objective, which is configured',
  'Decision latency p50, p90, p99, 5 m': 'the bound is the objective’s threshold, which is configured',
  'Outcome mix by service': 'only the column of errors has a bound',
  Freshness: 'an idle topic grows old without harm; the first row judges the watermark',
};

const fieldConfigOf = (panel: Json) => panel.fieldConfig as FieldConfig;

function allThresholds(panel: Json): Thresholds[] {
  const { defaults, overrides = [] } = fieldConfigOf(panel);
  const ofColumns = overrides.flatMap(({ properties }) =>
    properties.filter(({ id }) => id === 'thresholds').map(({ value }) => value as Thresholds),
  );
  return [...(defaults.thresholds === undefined ? [] : [defaults.thresholds]), ...ofColumns];
}

/** A number alone, a share, a duration and an index are judged; counts and rates over time, and lists, are read. */
function needsThresholds(panel: Json): boolean {
  const unit = fieldConfigOf(panel).defaults.unit ?? '';
  if (panel.type === 'stat' || panel.type === 'bargauge') return true;
  return panel.type === 'timeseries' && ['percentunit', 's'].includes(unit);
}

const found = new Set<string>();

for (const spec of ALL_DASHBOARDS) {
  const text = renderDashboard(spec);
  const panels = panelsOf(JSON.parse(text)).filter(({ type }) => type !== 'row');
  for (const { title } of panels) found.add(String(title));

  describe(spec.title, () => {
    test('the committed JSON is what the sources generate', () => {
      const file = join(import.meta.dirname, spec.file);
      assert.equal(readFileSync(file, 'utf8'), text, 'stale: run `node dashboards/generate.ts`');
    });

    test('there are panels, and each has a title of its own', () => {
      assert.ok(panels.length >= 10);
      assert.equal(new Set(panels.map(({ title }) => title)).size, panels.length);
    });

    for (const panel of panels) {
      const title = String(panel.title);
      test(`${title}: has a unit and says what it shows`, () => {
        assert.ok(fieldConfigOf(panel).defaults.unit);
        assert.ok(String(panel.description ?? '').length > 30);
      });

      test(`${title}: has thresholds, if its numbers can be judged`, () => {
        const judged = allThresholds(panel).some(({ steps }) => steps.length > 1);
        const exempt = title in WITHOUT_THRESHOLDS;
        if (needsThresholds(panel)) assert.notEqual(judged, exempt, exempt ? 'it has: no exception' : 'none');
      });

      test(`${title}: "no data" is said, and never green`, () => {
        const { defaults } = fieldConfigOf(panel);
        assert.ok(defaults.noValue);
        const nothing = defaults.mappings?.find(({ options }) => options.match === 'null+nan');
        assert.ok(nothing?.options.result?.color && nothing.options.result.color !== 'green');
        for (const { steps } of allThresholds(panel)) {
          const [base, ...rest] = steps;
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

      test(`${title}: an old number never stands for the present`, () => {
        assert.doesNotMatch(JSON.stringify(panel), /lastNotNull|"spanNulls":true|"connectNulls"/);
      });
    }
  });
}

test('exceptions are of panels that exist', () => {
  for (const title of Object.keys(WITHOUT_THRESHOLDS)) assert.ok(found.has(title), title);
});
