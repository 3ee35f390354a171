import type { PlannedReport } from './planned-report.ts';
import type { FleetMember } from './roster.ts';

/**
 * A decision as Open Policy Agent logs it: one element of the array that it posts to `/logs`.
 * `decidedAtMs` is milliseconds since 1970; `requestNumber` is OPA's `req_id`.
 */
export function toOpaEvent(
  report: PlannedReport,
  member: FleetMember,
  decidedAtMs: number,
  requestNumber: number,
): object {
  const tracing = report.traceId === undefined ? {} : { trace_id: report.traceId, span_id: report.spanId };
  return {
    labels: {
      id: member.enforcerId,
      version: member.enforcerVersion,
      service: member.service,
      environment: member.environment,
      region: member.region,
      enforcement_point: member.enforcementPoint,
    },
    decision_id: report.decisionId,
    ...tracing,
    bundles: { [report.policy.id]: { revision: report.policy.version } },
    path: `docket/${report.policy.id.replaceAll('-', '_')}/decision`,
    input: { action: report.action, resource: report.resource, request: { id: report.requestId } },
    ...opaResult(report),
    requested_by: '127.0.0.1:40112',
    request_context: { http: { headers: { 'X-Request-Id': [report.requestId] } } },
    timestamp: new Date(decidedAtMs).toISOString().replace('Z', '000000Z'),
    metrics: opaMetrics(report),
    req_id: requestNumber,
  };
}

function opaResult(report: PlannedReport): object {
  if (report.outcome === 'UNDEFINED') return {};
  if (report.error !== undefined) {
    return { error: { code: 'internal_error', message: report.error.message } };
  }
  const rules = (report.rules ?? []).map(({ id }) => id);
  return { result: { allow: report.outcome === 'ALLOW', rules, reason: report.rationale } };
}

function opaMetrics({ latencyUs, cached }: PlannedReport): object {
  return {
    counter_server_query_cache_hit: cached ? 1 : 0,
    timer_rego_query_eval_ns: Math.round(latencyUs * 800),
    timer_server_handler_ns: latencyUs * 1_000,
  };
}
