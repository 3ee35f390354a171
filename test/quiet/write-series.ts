import { GAUGES, LEAK_GAUGES, RECORDER_GAUGES } from '../../domain/slo/metric-names.ts';
import type { InputSeries } from '../../domain/slo/promtool-timeline.ts';
import { EVALUATOR_LABELS, type GaugeTable, seriesText } from './simulate-gauges.ts';

/** Some minutes of a table as promtool's series, with those of an evaluator and a recorder that are well. */
export function writeSeries(table: GaugeTable, fromMinute: number, toMinute: number): readonly InputSeries[] {
  const more = toMinute - fromMinute;
  const counted = [...table.values].map(([series, values]) => ({
    series,
    values: writeValues(values.subarray(fromMinute, toMinute + 1)),
  }));
  const flat = HEALTHY.map((series) => ({ series, values: `0+0x${more}` }));
  // promtool's clock starts at 0.
  const clocks = [GAUGES.evaluated, GAUGES.watermark].map((gauge) => ({
    series: seriesText(gauge, EVALUATOR_LABELS),
    values: `0+60x${more}`,
  }));
  const up = { series: seriesText('up', EVALUATOR_LABELS), values: `1+0x${more}` };
  return [...counted, ...flat, ...clocks, up];
}

const HEALTHY = [
  seriesText(GAUGES.blind, EVALUATOR_LABELS),
  ...['GATE', 'LOG', 'AUDIT'].map((source) =>
    seriesText(LEAK_GAUGES.unacknowledged, { ...EVALUATOR_LABELS, source }),
  ),
  ...[
    seriesText(RECORDER_GAUGES.excess, { tenant: 'tenant-a' }),
    seriesText(RECORDER_GAUGES.stopped, { topic: 'docket.decisions.v1', partition: '0' }),
    seriesText(RECORDER_GAUGES.lost, { topic: 'docket.decisions.v1', cause: 'TRIMMED' }),
    seriesText(RECORDER_GAUGES.vaultUnavailable, {}),
  ],
];

/** promtool's notation: equal neighbours are said once, a missing sample is `_`. */
function writeValues(values: Float64Array): string {
  const parts: string[] = [];
  for (let at = 0; at < values.length; ) {
    const value = values[at] ?? Number.NaN;
    let end = at + 1;
    while (end < values.length && Object.is(values[end], value)) end++;
    const times = end - at;
    if (Number.isNaN(value)) parts.push(times === 1 ? '_' : `_x${times}`);
    else parts.push(times === 1 ? String(value) : `${value}+0x${times - 1}`);
    at = end;
  }
  return parts.join(' ');
}
