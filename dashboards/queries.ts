import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import type { CountGauge } from '../domain/metrics/count.ts';

/** Data sources by the uids that deploy/grafana provisions. */
export const PROMETHEUS = { type: 'prometheus', uid: 'docket-prometheus' };
export const CLICKHOUSE = { type: 'grafana-clickhouse-datasource', uid: 'docket-clickhouse' };

/** Matchers that follow the dashboard's variables. Without a format: Grafana's Prometheus source then escapes them. */
export const PROMQL = {
  tenant: 'tenant=~"$tenant"',
  service: 'tenant=~"$tenant",service=~"$service"',
  /** `*`: all policies of the tenant together. */
  policy: 'tenant=~"$tenant",policy=~"$policy|[*]"',
  /** Also what concerns no tenant. */
  tenantOrNone: 'tenant=~"$tenant|"',
};
/** Conditions that follow the dashboard's variables. */
export const SQL = {
  tenant: `tenant_id IN (${listOf('tenant')})`,
  service: `tenant_id IN (${listOf('tenant')}) AND service IN (${listOf('service')})`,
  servicePolicy: `tenant_id IN (${listOf('tenant')}) AND service IN (${listOf('service')}) AND policy_id IN (${listOf('policy')})`,
  /** `*`: all policies of the tenant together. */
  policy: `tenant_id IN (${listOf('tenant')}) AND (policy_id IN (${listOf('policy')}) OR policy_id = '*')`,
};

function listOf(variable: string): string {
  return `\${${variable}:singlequote}`;
}

/** ClickHouse's data source has no builder in Grafana's SDK: these are the fields its query editor stores. */
interface ClickHouseQuery extends Dataquery {
  readonly refId: string;
  readonly datasource: typeof CLICKHOUSE;
  readonly editorType: 'sql';
  readonly queryType: 'timeseries' | 'table';
  /** 0: time series, 1: table. */
  readonly format: 0 | 1;
  readonly rawSql: string;
}

/** A query whose rows are a table. */
export function sqlTable(rawSql: string, refId = 'A'): Builder<Dataquery> {
  return sqlQuery(rawSql, 'table', refId);
}

/** A query with a column `time`, one of numbers, and one of text for each series; ordered by time. */
export function sqlSeries(rawSql: string, refId = 'A'): Builder<Dataquery> {
  return sqlQuery(rawSql, 'timeseries', refId);
}

function sqlQuery(text: string, queryType: 'timeseries' | 'table', refId: string): Builder<Dataquery> {
  const rawSql = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
  return {
    build: (): ClickHouseQuery => ({
      refId,
      datasource: CLICKHOUSE,
      editorType: 'sql',
      queryType,
      format: queryType === 'timeseries' ? 0 : 1,
      rawSql,
      _implementsDataqueryVariant: () => {},
    }),
  };
}

/** PromQL over the time range; `legend` names the series by their labels. */
export function promRange(expr: string, legend: string, refId = 'A'): Builder<Dataquery> {
  return new DataqueryBuilder().datasource(PROMETHEUS).expr(expr).legendFormat(legend).range().refId(refId);
}

/** PromQL as of now, for a single number. */
export function promInstant(expr: string, legend: string, refId = 'A'): Builder<Dataquery> {
  return new DataqueryBuilder().datasource(PROMETHEUS).expr(expr).legendFormat(legend).instant().refId(refId);
}

/** PromQL as of now, a row for each series. */
export function promTable(expr: string, refId = 'A'): Builder<Dataquery> {
  return new DataqueryBuilder()
    .datasource(PROMETHEUS)
    .expr(expr)
    .format(PromQueryFormat.Table)
    .instant()
    .refId(refId);
}

/** Share of one count in another over a window, for each series; absent where the other is 0. */
export function shareOf(part: CountGauge, whole: CountGauge, matchers: string): string {
  const of = ({ name }: CountGauge) => oneOfReplicas(`${name}{${matchers}}`);
  return `${of(part)} / (${of(whole)} > 0)`;
}

/** The newest value among replicas: two evaluators see the same, and must not be added. */
export function oneOfReplicas(selector: string): string {
  return `max without (instance, job) (${selector})`;
}

/** A count that is 0, and not absent, as long as somebody could count. */
export function zeroWhile(count: string, somebodyCounts: string): string {
  return `${count} or 0 * max(${somebodyCounts})`;
}
