import { PanelBuilder as BarGaugePanel } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TableCellHeight,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DashboardLink,
  DashboardLinkBuilder,
  type DataSourceRef,
  type DynamicConfigValue,
  MappingType,
  type Panel,
  SpecialValueMatch,
  type Threshold,
  type ThresholdsConfig,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Link } from './links.ts';

export interface PanelSpec {
  readonly title: string;
  /** What it shows, how it is counted, and what to make of it. */
  readonly description: string;
  /** Grafana's code for the unit of the numbers. */
  readonly unit: string;
  readonly source: DataSourceRef;
  readonly targets: readonly Builder<Dataquery>[];
  /** Of 24 columns. */
  readonly span: number;
  readonly height: number;
  readonly decimals?: number;
  readonly max?: number;
  /** Lower bounds with colours, ascending; below the first, and without data, a panel is grey. */
  readonly steps?: readonly Step[];
  /** Words for numbers. */
  readonly words?: Readonly<Record<string, { readonly text: string; readonly color: string }>>;
  /** Unit, words or colours of single columns of a table. */
  readonly columns?: Readonly<Record<string, readonly DynamicConfigValue[]>>;
  /** What stands there when there is nothing; `no data` if not given. */
  readonly nothing?: string;
  /** Where a click on a number leads. */
  readonly links?: readonly Link[];
}

export type Step = readonly [from: number, color: 'green' | 'orange' | 'red'];

/** Silence is never health: what is unknown has a colour of its own. */
const UNKNOWN_COLOR = '#8e8e8e';
const NO_DATA = 'no data';

/** One big number. */
export function statPanel(spec: PanelSpec): Builder<Panel> {
  return dress(new StatPanel(), spec)
    .colorMode(BigValueColorMode.Background)
    .graphMode(BigValueGraphMode.None)
    .reduceOptions(lastValue());
}

/** A bar for each series, as of now. */
export function barPanel(spec: PanelSpec): Builder<Panel> {
  return dress(new BarGaugePanel(), spec)
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .reduceOptions(lastValue());
}

/** Lines over time. A gap stays a gap. */
export function linesPanel(spec: PanelSpec): Builder<Panel> {
  const panel = dress(new TimeSeriesPanel(), spec).spanNulls(false).fillOpacity(8).lineWidth(1);
  if (spec.steps === undefined) return panel;
  return panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
}

/** Shares over time, stacked to 100 %. */
export function mixPanel(spec: PanelSpec): Builder<Panel> {
  return dress(new TimeSeriesPanel(), spec)
    .fillOpacity(70)
    .lineWidth(0)
    .spanNulls(false)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Percent).group('A'));
}

export function tablePanel(spec: PanelSpec): Builder<Panel> {
  const panel = dress(new TablePanel(), spec).cellHeight(TableCellHeight.Sm).filterable(true);
  for (const [name, properties] of Object.entries(spec.columns ?? {})) {
    panel.overrideByName(name, [...properties]);
  }
  return panel;
}

/** Steps of a threshold whose base is grey, never green. */
function thresholdsOf(steps: readonly Step[]): Builder<ThresholdsConfig> {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(toSteps(steps));
}

/** A coloured column of a table. */
export function coloredBy(steps: readonly Step[]): DynamicConfigValue[] {
  return [
    { id: 'thresholds', value: { mode: ThresholdsMode.Absolute, steps: toSteps(steps) } },
    { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
  ];
}

/** A column whose words have colours. */
export function wordsOf(words: NonNullable<PanelSpec['words']>): DynamicConfigValue[] {
  return [
    {
      id: 'mappings',
      value: [{ type: MappingType.ValueToText, options: { ...words } }, nothingMapping(NO_DATA)],
    },
    { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
  ];
}

/** A column that leads somewhere. */
export function linked(...links: readonly Link[]): DynamicConfigValue[] {
  return [{ id: 'links', value: links.map((link) => ({ ...link })) }];
}

function toSteps(steps: readonly Step[]): Threshold[] {
  return [{ value: null, color: UNKNOWN_COLOR }, ...steps.map(([value, color]) => ({ value, color }))];
}

function nothingMapping(text: string): ValueMapping {
  return {
    type: MappingType.SpecialValue,
    options: { match: SpecialValueMatch.NullAndNan, result: { text, color: UNKNOWN_COLOR } },
  };
}

function lastValue(): ReduceDataOptionsBuilder {
  // `last`, not `lastNotNull`: an old number must not stand for the present.
  return new ReduceDataOptionsBuilder().values(false).calcs(['last']);
}

/** The part that Grafana's panel builders have in common. */
interface AnyPanel {
  title(text: string): this;
  description(text: string): this;
  unit(code: string): this;
  datasource(source: DataSourceRef): this;
  targets(targets: Builder<Dataquery>[]): this;
  span(columns: number): this;
  height(rows: number): this;
  decimals(count: number): this;
  min(value: number): this;
  max(value: number): this;
  noValue(text: string): this;
  mappings(mappings: ValueMapping[]): this;
  thresholds(thresholds: Builder<ThresholdsConfig>): this;
  dataLinks(links: Builder<DashboardLink>[]): this;
}

function dress<Shape extends AnyPanel>(panel: Shape, spec: PanelSpec): Shape {
  const nothing = spec.nothing ?? NO_DATA;
  panel
    .title(spec.title)
    .description(spec.description)
    .unit(spec.unit)
    .datasource(spec.source)
    .targets([...spec.targets])
    .span(spec.span)
    .height(spec.height)
    .noValue(nothing)
    .mappings([
      nothingMapping(nothing),
      ...(spec.words === undefined
        ? []
        : [{ type: MappingType.ValueToText as const, options: { ...spec.words } }]),
    ])
    .thresholds(thresholdsOf(spec.steps ?? []));
  if (spec.decimals !== undefined) panel.decimals(spec.decimals);
  if (spec.max !== undefined) panel.min(0).max(spec.max);
  if (spec.links !== undefined) panel.dataLinks(spec.links.map(linkOf));
  return panel;
}

function linkOf({ title, url, targetBlank }: Link): Builder<DashboardLink> {
  return new DashboardLinkBuilder(title).url(url).targetBlank(targetBlank);
}
