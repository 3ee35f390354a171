import type { Slo } from '../../../domain/slo/definition.ts';
import type { AuditedRead, ReadResult } from '../audited-read.ts';
import type { Reader, RecordStore } from '../ports.ts';
import { toPage } from '../read-records.ts';
import { parseGoLink } from './parse-link.ts';

type Json = Readonly<Record<string, unknown>>;

/** Follows the link of an alert to the newest decisions behind it. */
export type GoRead = (reader: Reader, parameters: Json) => Promise<ReadResult<Json>>;

/** Builds it over a store. It is a search like any other: the same roles may do it, and it is recorded. */
export function createGoRead(
  read: AuditedRead,
  store: RecordStore,
  slos: readonly Slo[],
  options: { readonly nowMs: () => number; readonly timescale: number },
): GoRead {
  return (reader, parameters) => {
    const parsed = parseGoLink(slos, parameters, { ...options, nowMs: options.nowMs() });
    const link = 'link' in parsed ? parsed.link : null;
    const request = {
      reader,
      action: 'decisions.search' as const,
      filters: link === null ? {} : link.filters,
      tenant: link?.search.equals.tenant ?? reader.tenantId,
      problems: 'problems' in parsed ? parsed.problems : [],
    };
    return read(request, async () => {
      if (link === null) throw new Error('a link with problems is never followed');
      const watermarkMs = await store.watermarkMs();
      const found = await store.of(reader.tenantId).searchBehind(link.search, link.cause);
      // A page has no next one: the link shows what was counted last, not all of it.
      const page = toPage('decisions', link.search, watermarkMs, found.slice(0, link.search.limit));
      return { ...page, body: { ...page.body, cause: link.cause.kind } };
    });
  };
}
