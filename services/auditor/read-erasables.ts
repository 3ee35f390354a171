import { rfc3339FromMs } from '../../domain/audit/record-json.ts';
import { parseSearch, searchEntries } from '../../domain/audit/search-filters.ts';
import { compileDecoder, type Decoded } from '../../domain/avro/decode.ts';
import { eraseCommitment } from '../../domain/contract/leaf.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { keyIdsOfBox, openErasable } from '../../domain/erasure/erasable-box.ts';
import type { AuditedRead, Loaded, ReadResult } from './audited-read.ts';
import type { Reader, RecordStore, StoredErasable, Vault } from './ports.ts';
import { type DecisionAnswer, parseLookup, toPage } from './read-records.ts';
import { SUBJECT_SEARCH } from './search-specs.ts';

type Parameters = Readonly<Record<string, unknown>>;
type Json = Readonly<Record<string, unknown>>;

/** The auditor's reads that need the vault. Each is audited; each answers JSON. */
export interface ErasableReads {
  /** What a decision says of people, out of its box. Null as in RecordReads. */
  readErasable(reader: Reader, id: string, parameters: Parameters): Promise<ReadResult<DecisionAnswer>>;
  /** Decisions about one person. The subject is in no record of the read. */
  searchBySubject(reader: Reader, body: unknown): Promise<ReadResult<Json>>;
}

/** Longest id of a person that is looked up, in UTF-16 units. */
const MAX_SUBJECT_UNITS = 1024;
const SUBJECT_FORM = {
  parameter: 'subject',
  message: `must be an id of a person, up to ${MAX_SUBJECT_UNITS} letters`,
};
const BODY_FORM = {
  parameter: '(body)',
  message: 'must be a JSON object with subject, and the filters of a search',
};

/** Builds the reads over a store and the vault. `nowMs` is the clock for default ranges. */
export function createErasableReads(
  read: AuditedRead,
  store: RecordStore,
  vault: Vault,
  registry: SchemaRegistry,
  nowMs: () => number,
): ErasableReads {
  const decode = compileErasableDecoder(registry);
  return {
    readErasable: (reader, id, parameters) => {
      const lookup = parseLookup(id, parameters);
      const request = {
        ...{ reader, action: 'decisions.read_erasable' as const, tenant: reader.tenantId },
        ...{ filters: lookup.filters, problems: lookup.problems },
      };
      return read(request, async (): Promise<Loaded<DecisionAnswer>> => {
        const all = await store.of(reader.tenantId).findErasables(id.toLowerCase());
        const { enforcer } = lookup;
        const found = enforcer === undefined ? all : all.filter(({ enforcerId }) => enforcerId === enforcer);
        const [first, ...again] = found;
        if (first === undefined) return { rows: 0, body: { missing: 'not_found' } };
        if (again.some(({ enforcerId }) => enforcerId !== first.enforcerId))
          return { rows: 0, body: { missing: 'ambiguous' } };
        const opened = await openStored(first, reader.tenantId, vault, decode);
        return { rows: opened.erasable === null ? 0 : 1, body: { found: toAnswer(first, opened) } };
      });
    },
    searchBySubject: (reader, body) => {
      const { subject, parameters, problems } = parseBody(body);
      const parsed = parseSearch(SUBJECT_SEARCH, parameters, nowMs());
      const found = 'search' in parsed && problems.length === 0 ? parsed.search : null;
      const request = {
        ...{ reader, action: 'decisions.search_by_subject' as const },
        filters: found === null ? {} : searchEntries(found),
        tenant: found?.equals.tenant ?? reader.tenantId,
        problems: [...problems, ...('problems' in parsed ? parsed.problems : [])],
      };
      return read(request, async () => {
        if (found === null) throw new Error('a search with problems is never run');
        const watermarkMs = await store.watermarkMs();
        const token = await vault.lookUp(reader.tenantId, subject);
        const rows = token === null ? [] : await store.of(reader.tenantId).searchBySubject(found, token);
        return toPage('decisions', found, watermarkMs, rows);
      });
    },
  };
}

/** What became of an erasable part; `erasable` is null unless it is OPEN. */
interface OpenedPart {
  readonly state: 'OPEN' | 'ERASED' | 'NONE' | 'BROKEN';
  readonly isMasked: boolean;
  /** Whether it fits the commitment in the leaf; null where that cannot be said. */
  readonly fitsCommitment: boolean | null;
  readonly erasable: Json | null;
}

async function openStored(
  stored: StoredErasable,
  tenantId: string,
  vault: Vault,
  decode: (bytes: Buffer) => Decoded,
): Promise<OpenedPart> {
  const closed = (state: OpenedPart['state']) => ({
    state,
    isMasked: false,
    fitsCommitment: null,
    erasable: null,
  });
  const { box, commitment, position } = stored;
  if (commitment === null) return closed('NONE');
  if (box === null) return closed('ERASED');
  const keyIds = keyIdsOfBox(box);
  if (keyIds === null) return closed('BROKEN');
  const keys = await vault.open(tenantId, keyIds);
  if (keys === null) return closed('ERASED');
  const { topic, partition, offset } = position;
  const opened = openErasable(keys, { tenantId, topic, partition, offset }, box);
  if (!opened.ok) return closed('BROKEN');
  const decoded = decode(opened.erasable);
  if (!decoded.ok) return closed('BROKEN');
  const { salt, ...erasable } = decoded.value;
  const fits = eraseCommitment(salt as Uint8Array, opened.erasable).equals(commitment);
  return {
    ...{ state: 'OPEN', isMasked: opened.isMasked, erasable },
    fitsCommitment: opened.isMasked ? null : fits,
  };
}

function toAnswer({ position }: StoredErasable, opened: OpenedPart): Json {
  const { appendMs, topic, partition, offset } = position;
  return {
    coordinates: { topic, partition, offset },
    append_time: rfc3339FromMs(appendMs),
    state: opened.state,
    masked: opened.isMasked,
    fits_commitment: opened.fitsCommitment,
    erasable: opened.erasable,
  };
}

function compileErasableDecoder(registry: SchemaRegistry): (bytes: Buffer) => Decoded {
  const field = registry.newest('decision').type.fields.find(({ name }) => name === 'erasable');
  if (field?.type.kind !== 'nullable' || field.type.of.kind !== 'record')
    throw new Error('a decision’s erasable part must be a nullable record');
  return compileDecoder(field.type.of);
}

function parseBody(body: unknown) {
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    return { subject: '', parameters: {}, problems: [BODY_FORM] };
  const { subject, ...others } = body as Record<string, unknown>;
  const parameters = Object.fromEntries(
    Object.entries(others).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
  );
  const isGiven = typeof subject === 'string' && subject.trim() !== '' && subject.length <= MAX_SUBJECT_UNITS;
  return { subject: isGiven ? subject : '', parameters, problems: isGiven ? [] : [SUBJECT_FORM] };
}
