import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { joinMetrics } from './joined-metrics.ts';
import { Gauge, Registry } from './metrics-registry.ts';
import { type AnnouncedGauge, type GaugeSample, renderGauges } from './render-gauges.ts';

/** Whatever has a meaning in the format, or in JavaScript. */
const nasty = fc.oneof(
  fc.string({
    unit: fc.constantFrom('\\', '"', '\n', '\r', '{', '}', ',', '=', ' ', '#', 'ä', '𝄞', 'n', '$&'),
  }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '__proto__', 'constructor', '\\n', '\\"', '\ud800'),
);
const value = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, 1e21, 1e-7, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const LABELS = ['slo', 'tenant', 'service'] as const;
const gauges = fc.uniqueArray(
  fc.record({ name: fc.stringMatching(/^docket_[a-z]{1,3}$/), help: nasty.filter((text) => text !== '') }),
  { maxLength: 4, selector: ({ name }) => name },
);

function sampleOf(announced: readonly AnnouncedGauge[]): fc.Arbitrary<GaugeSample> {
  return fc.record({
    gauge: fc.constantFrom(...announced.map(({ name }) => name)),
    labels: fc.record({ slo: nasty, tenant: nasty, service: nasty }, { requiredKeys: [] }),
    value,
  });
}

const cases = gauges.chain((announced) =>
  fc.record({
    announced: fc.constant(announced),
    samples:
      announced.length === 0
        ? fc.constant([])
        : fc.uniqueArray(sampleOf(announced), {
            selector: ({ gauge, labels }) =>
              JSON.stringify([gauge, LABELS.map((name) => labels[name] ?? null)]),
          }),
  }),
);

async function asPromClient(announced: readonly AnnouncedGauge[], samples: readonly GaugeSample[]) {
  const registry = new Registry();
  for (const { name, help } of announced) {
    const gauge = new Gauge({ name, help, labelNames: LABELS, registers: [registry] });
    for (const sample of samples) if (sample.gauge === name) gauge.set({ ...sample.labels }, sample.value);
  }
  const text = await registry.metrics();
  // It parts gauges by empty lines, and writes not-a-number in a way of its own.
  const lines = text.replaceAll('\n\n#', '\n#').replaceAll(/ Nan$/gm, ' NaN');
  return announced.length === 0 ? '' : lines;
}

test('gauges are written as prom-client writes them, whatever labels hold', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ announced, samples }) => {
      const expected = await asPromClient(announced, samples);
      assert.equal(renderGauges(announced, samples).toString(), Buffer.from(expected).toString());
    }),
  );
});

test('what is escaped can be read in the format of Prometheus', () => {
  const labels = { slo: 'a "b"\\\n', tenant: 'c,d="e"' };
  const text = renderGauges(
    [{ name: 'docket_x', help: 'One\\two\nthree "four"' }],
    [
      { gauge: 'docket_x', labels, value: -0.5 },
      { gauge: 'docket_unannounced', labels, value: 1 },
    ],
  );
  assert.equal(
    text.toString(),
    '# HELP docket_x One\\\\two\\nthree "four"\n# TYPE docket_x gauge\n' +
      'docket_x{slo="a \\"b\\"\\\\\\n",tenant="c,d=\\"e\\""} -0.5\n',
  );
});

test('more samples than a piece holds are all written, in their order', () => {
  const samples = Array.from({ length: 120_001 }, (_, index) => ({
    gauge: 'docket_x',
    labels: { slo: String(index) },
    value: index,
  }));
  const lines = renderGauges([{ name: 'docket_x', help: 'x' }], samples)
    .toString()
    .split('\n');
  assert.deepEqual(
    lines.slice(2, -1).map((line) => Number(line.split(' ')[1])),
    samples.map(({ value: own }) => own),
  );
});

test('joined metrics are those of the registry and all gauges, with or without samples, and replaced as a whole', async () => {
  const registry = new Registry();
  new Gauge({ name: 'docket_own', help: 'Own', registers: [registry] }).set(3);
  const joined = joinMetrics(registry, [
    { name: 'docket_a', help: 'A' },
    { name: 'docket_b', help: 'B' },
  ]);
  const announced = '# HELP docket_b B\n# TYPE docket_b gauge\n';
  const own =
    '# HELP docket_own Own\n# TYPE docket_own gauge\ndocket_own 3\n# HELP docket_a A\n# TYPE docket_a gauge\n';
  assert.equal(String(await joined.metrics()), own + announced);
  joined.show([{ gauge: 'docket_a', labels: { slo: 'x' }, value: 1 }]);
  joined.show([{ gauge: 'docket_b', labels: { slo: 'y' }, value: 2 }]);
  assert.equal(String(await joined.metrics()), `${own}${announced}docket_b{slo="y"} 2\n`);
});
