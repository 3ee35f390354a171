/** A query of a dashboard, wherever it stands: a panel, a variable, an annotation. */
export interface DashboardQuery {
  /** Such as `Freshness [B]`. */
  readonly name: string;
  readonly source: 'prometheus' | 'clickhouse';
  readonly text: string;
  /** Whether Grafana asks over the time range, or for now. */
  readonly overRange: boolean;
  /** Columns or labels of the answer that links of its panel take values from. */
  readonly linkedFields: readonly string[];
}

/** What Grafana would put in place of variables and macros. */
export interface QueryContext {
  readonly fromMs: number;
  readonly toMs: number;
  readonly intervalSeconds: number;
  readonly variables: Readonly<Record<string, readonly string[]>>;
}

export type Json = Readonly<Record<string, unknown>>;

const SOURCES = new Map([
  ['prometheus', 'prometheus'],
  ['grafana-clickhouse-datasource', 'clickhouse'],
] as const);

/**
 * Every query of a dashboard's JSON. Throws when it has no panel, when a panel (rows aside) has no query, or when a
 * query names a source that is not provisioned: nothing must be left out unseen.
 */
export function listQueries(dashboard: Json): DashboardQuery[] {
  const panels = panelsOf(dashboard).filter((panel) => panel.type !== 'row');
  if (panels.length === 0) throw new Error('the dashboard has no panel');
  const ofPanels = panels.flatMap((panel) => {
    const targets = listOf(panel.targets);
    if (targets.length === 0) throw new Error(`panel ${String(panel.title)} has no query`);
    const fields = [...new Set(dataLinksOf(panel).flatMap(({ url }) => fieldsOf(url)))];
    return targets.map((target) =>
      toQuery(`${String(panel.title)} [${String(target.refId)}]`, target, fields),
    );
  });
  const templating = dashboard.templating as Json | undefined;
  const asked = listOf(templating?.list).filter(({ type }) => type === 'query');
  const ofVariables = asked.map((variable) =>
    toQuery(`variable ${String(variable.name)}`, { ...variable, rawSql: variable.query }),
  );
  const annotations = dashboard.annotations as Json | undefined;
  const ofAnnotations = listOf(annotations?.list).map((annotation) =>
    toQuery(`annotation ${String(annotation.name)}`, annotation.target as Json),
  );
  return [...ofPanels, ...ofVariables, ...ofAnnotations];
}

/** Names of a dashboard's variables. */
export function variableNamesOf(dashboard: Json): string[] {
  const templating = dashboard.templating as Json | undefined;
  return listOf(templating?.list).map(({ name }) => String(name));
}

/** Links that a click into a panel offers: on every number, or on a column. */
export function dataLinksOf(panel: Json): { readonly title: string; readonly url: string }[] {
  const config = panel.fieldConfig as { defaults?: Json; overrides?: readonly Json[] } | undefined;
  const ofColumns = (config?.overrides ?? []).flatMap((override) =>
    listOf(override.properties).filter(({ id }) => id === 'links'),
  );
  const links = [config?.defaults?.links, ...ofColumns.map(({ value }) => value)].flatMap(listOf);
  return links.map(({ title, url }) => ({ title: String(title), url: String(url) }));
}

function fieldsOf(url: string): string[] {
  return [...url.matchAll(/\$\{__(?:data\.fields|field\.labels)\.(\w+)/g)].map(([, name]) => String(name));
}

/** Panels of a dashboard, those of collapsed rows too. */
export function panelsOf(dashboard: Json): Json[] {
  return listOf(dashboard.panels).flatMap((panel) => [panel, ...listOf(panel.panels)]);
}

/**
 * The text that reaches the store. Known are `${variable:singlequote}` in SQL and `$variable` in PromQL, and of the
 * macros of Grafana's ClickHouse source `$__timeFilter(column)` and `$__timeInterval(column)`, expanded as that source
 * does. Throws on a placeholder that is left: a macro that this does not know is no reason to pass.
 */
export function expandQuery(query: DashboardQuery, context: QueryContext): string {
  const valuesOf = (name: string) => {
    const values = context.variables[name];
    if (values === undefined) throw new Error(`${query.name}: there is no variable ${name}`);
    return values;
  };
  const seconds = (timeMs: number) => `toDateTime(${Math.floor(timeMs / 1000)})`;
  const text = query.text
    .replace(/\$\{(\w+):singlequote\}/g, (_, name: string) => toSqlList(valuesOf(name)))
    .replace(/\$(?!__)(\w+)/g, (placeholder, name: string) =>
      query.source === 'prometheus' ? toPromRegex(valuesOf(name)) : placeholder,
    )
    .replace(
      /\$__timeFilter\((\w+)\)/g,
      (_, column: string) =>
        `${column} >= ${seconds(context.fromMs)} AND ${column} <= ${seconds(context.toMs)}`,
    )
    .replace(
      /\$__timeInterval\((\w+)\)/g,
      (_, column: string) =>
        `toStartOfInterval(toDateTime(${column}), INTERVAL ${context.intervalSeconds} second)`,
    );
  if (/\$[{_\w]/.test(text)) throw new Error(`${query.name}: a placeholder is not expanded: ${text}`);
  return text;
}

function toSqlList(values: readonly string[]): string {
  return values.map((value) => `'${value.replaceAll("'", "\\'")}'`).join(',');
}

// Escaped twice, for the regular expression and for the string that it stands in.
function toPromRegex(values: readonly string[]): string {
  const escaped = values.map((value) => value.replace(/[\\^$*+?.()|[\]{}/]/g, '\\\\$&'));
  return escaped.length === 1 ? String(escaped[0]) : `(${escaped.join('|')})`;
}

function toQuery(name: string, target: Json, linkedFields: readonly string[] = []): DashboardQuery {
  const datasource = target.datasource as Json | undefined;
  const source = SOURCES.get(String(datasource?.type) as 'prometheus');
  if (source === undefined || datasource?.uid !== `docket-${source}`) {
    throw new Error(`${name}: the source is not one that is provisioned`);
  }
  const text = source === 'prometheus' ? target.expr : target.rawSql;
  if (typeof text !== 'string' || text === '') throw new Error(`${name}: the query is empty`);
  return { name, source, text, overRange: target.range === true, linkedFields };
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}
