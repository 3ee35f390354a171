import { encodeCursor, type Position } from '../../domain/audit/page-cursor.ts';
import { rfc3339FromMs } from '../../domain/audit/record-json.ts';
import {
  parseFilters,
  parseSearch,
  type Search,
  type SearchSpec,
  searchEntries,
} from '../../domain/audit/search-filters.ts';
import { parseUuid } from '../../domain/contract/uuid.ts';
import type { AuditedRead, Loaded, ReadResult } from './audited-read.ts';
import type { ReadAction } from './permissions.ts';
import type { Reader, RecordStore, StoredRecord, TenantRecords } from './ports.ts';
import { ACCESS_SEARCH, DECISION_LOOKUP, DECISION_SEARCH } from './search-specs.ts';

type Parameters = Readonly<Record<string, unknown>>;
type Json = Readonly<Record<string, unknown>>;

/** The auditor's reads of records. Each is audited; each answers JSON. */
export interface RecordReads {
  searchDecisions(reader: Reader, parameters: Parameters): Promise<ReadResult<Json>>;
  /** Null: there is no such decision, or it is not this tenant's; the two cannot be told apart. */
  readDecision(reader: Reader, id: string, parameters: Parameters): Promise<ReadResult<DecisionAnswer>>;
  searchAccesses(reader: Reader, parameters: Parameters): Promise<ReadResult<Json>>;
}

/** `ambiguous`: enforcers share the id; the reader must name one. */
export type DecisionAnswer = { readonly found: Json } | { readonly missing: 'not_found' | 'ambiguous' };

/** Builds the reads over a store. `nowMs` is the clock for default ranges. */
export function createRecordReads(read: AuditedRead, store: RecordStore, nowMs: () => number): RecordReads {
  const search = (
    reader: Reader,
    parameters: Parameters,
    kind: { action: ReadAction; spec: SearchSpec; field: string; run: Run },
  ) => {
    const parsed = parseSearch(kind.spec, parameters, nowMs());
    const found = 'search' in parsed ? parsed.search : null;
    const request = {
      reader,
      action: kind.action,
      filters: found === null ? {} : searchEntries(found),
      tenant: found?.equals.tenant ?? reader.tenantId,
      problems: 'problems' in parsed ? parsed.problems : [],
    };
    return read(request, async () => {
      if (found === null) throw new Error('a search with problems is never run');
      // Before the rows: what is recorded meanwhile may be in the answer, but is not promised by it.
      const watermarkMs = await store.watermarkMs();
      return toPage(kind.field, found, watermarkMs, await kind.run(store.of(reader.tenantId), found));
    });
  };
  return {
    searchDecisions: (reader, parameters) => search(reader, parameters, DECISIONS),
    searchAccesses: (reader, parameters) => search(reader, parameters, ACCESSES),
    readDecision: (reader, id, parameters) => {
      const lookup = parseLookup(id, parameters);
      const request = {
        reader,
        action: 'decisions.read' as const,
        filters: lookup.filters,
        tenant: reader.tenantId,
        problems: lookup.problems,
      };
      return read(request, () => loadDecision(store.of(reader.tenantId), id.toLowerCase(), lookup.enforcer));
    },
  };
}

type Run = (records: TenantRecords, search: Search) => Promise<StoredRecord[]>;

const DECISIONS = {
  action: 'decisions.search' as const,
  spec: DECISION_SEARCH,
  field: 'decisions',
  run: (records: TenantRecords, search: Search) => records.searchDecisions(search),
};

const ACCESSES = {
  action: 'accesses.search' as const,
  spec: ACCESS_SEARCH,
  field: 'accesses',
  run: (records: TenantRecords, search: Search) => records.searchAccesses(search),
};

/** One page of a search, as it is answered. */
export function toPage(
  field: string,
  search: Search,
  watermarkMs: number | null,
  found: readonly StoredRecord[],
): Loaded<Json> {
  const handedOver = found.slice(0, search.limit);
  const last = found.length > search.limit ? handedOver.at(-1) : undefined;
  const cursor =
    last === undefined
      ? null
      : encodeCursor({
          fromMs: search.fromMs,
          toMs: search.toMs,
          filters: search.filtersDigest,
          after: last.position,
        });
  return {
    rows: handedOver.length,
    body: {
      [field]: handedOver.map((record) => record.json),
      next_cursor: cursor,
      from: rfc3339FromMs(search.fromMs),
      to: rfc3339FromMs(search.toMs),
      watermark: watermarkMs === null ? null : rfc3339FromMs(watermarkMs),
      complete: watermarkMs !== null && search.toMs <= watermarkMs,
    },
  };
}

async function loadDecision(
  records: TenantRecords,
  id: string,
  enforcer: string | undefined,
): Promise<Loaded<DecisionAnswer>> {
  const all = await records.findDecisions(id);
  const found = enforcer === undefined ? all : all.filter((decision) => decision.enforcerId === enforcer);
  const [first, ...again] = found;
  if (first === undefined) return { rows: 0, body: { missing: 'not_found' } };
  if (again.some((decision) => decision.enforcerId !== first.enforcerId))
    return { rows: 0, body: { missing: 'ambiguous' } };
  const [duplicates, labels] = await Promise.all([
    records.findDuplicates(first.enforcerId, id),
    records.findLabels(first.enforcerId, id),
  ]);
  const body = {
    decision: first.json,
    duplicates: duplicates.map((copy) => ({
      ...placeOf(copy.position),
      duplicate_of: copy.duplicateOf,
      content: copy.content,
    })),
    // Copies too far apart for the recorder to recognise: each is a decision of its own in every count.
    recorded_again: again.map((copy) => placeOf(copy.position)),
    labels: labels.map((label) => label.json),
  };
  return { rows: 1 + labels.length, body: { found: body } };
}

function placeOf({ appendMs, topic, partition, offset }: Position) {
  return { coordinates: { topic, partition, offset }, append_time: rfc3339FromMs(appendMs) };
}

/** Reads what one decision is asked for by. */
export function parseLookup(id: string, parameters: Parameters) {
  const { equals, problems: others } = parseFilters(DECISION_LOOKUP, parameters);
  const idProblems = parseUuid(id) === null ? [{ parameter: 'id', message: 'must be a UUID' }] : [];
  const problems = [...idProblems, ...others];
  const filters: Record<string, string> =
    problems.length > 0 ? {} : { decision_id: id.toLowerCase(), ...equals };
  return { problems, filters, enforcer: equals.enforcer };
}
