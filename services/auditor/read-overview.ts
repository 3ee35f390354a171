import type { Slo } from '../../domain/slo/definition.ts';
import type { AuditedRead, ReadResult } from './audited-read.ts';
import { renderOverview } from './overview/render-overview.ts';
import { isPermitted } from './permissions.ts';
import type { Reader, RecordStore } from './ports.ts';

/** A page that refreshes itself is one view: within this time of a recorded one, its refreshes are part of it. */
const ONE_VIEW_MS = 10 * 60_000;
/** Figures are shared by all who look at one tenant at about the same time. */
const SHARED_FOR_MS = 2_000;
const MAX_REMEMBERED = 10_000;

export interface OverviewReads {
  /** A page that is opened, always recorded. Answers HTML. */
  open(reader: Reader): Promise<ReadResult<string>>;
  /** A page that refreshes itself. Recorded unless the same reader's last view was recorded under ten minutes ago. */
  refresh(reader: Reader): Promise<ReadResult<string>>;
}

/** Builds the views of the overview: aggregates only, no decision. */
export function createOverviewReads(
  read: AuditedRead,
  store: RecordStore,
  slos: readonly Slo[],
  nowMs: () => number,
): OverviewReads {
  const viewedAtMs = new Map<string, number>();
  const shared = new Map<string, { readonly atMs: number; readonly figures: Promise<string> }>();
  const figuresOf = (tenant: string): Promise<string> => {
    const atMs = nowMs();
    const before = shared.get(tenant);
    if (before !== undefined && atMs - before.atMs < SHARED_FOR_MS) return before.figures;
    const figures = loadFigures(store, slos, tenant, atMs);
    makeRoom(shared, tenant);
    shared.set(tenant, { atMs, figures });
    figures.catch(() => shared.delete(tenant));
    return figures;
  };
  const open = async (reader: Reader): Promise<ReadResult<string>> => {
    const { tenantId: tenant } = reader;
    const request = { reader, action: 'overview.view' as const, filters: {}, tenant, problems: [] };
    const result = await read(request, async () => ({ rows: 0, body: await figuresOf(tenant) }));
    if (result.ok) {
      makeRoom(viewedAtMs, viewerOf(reader));
      viewedAtMs.set(viewerOf(reader), nowMs());
    }
    return result;
  };
  return {
    open,
    refresh: async (reader) => {
      const lastMs = viewedAtMs.get(viewerOf(reader));
      const sameView = lastMs !== undefined && nowMs() - lastMs < ONE_VIEW_MS;
      if (!sameView || !isPermitted(reader.role, 'overview.view')) return open(reader);
      return { ok: true, body: await figuresOf(reader.tenantId) };
    },
  };
}

function viewerOf(reader: Reader): string {
  return JSON.stringify([reader.tenantId, reader.role, reader.subject]);
}

/** Forgets the oldest entry when a new one would be too many. What is forgotten is only recorded, or read, again. */
function makeRoom(entries: Map<string, unknown>, key: string): void {
  entries.delete(key);
  const oldest = entries.keys().next();
  if (entries.size >= MAX_REMEMBERED && oldest.done !== true) entries.delete(oldest.value);
}

async function loadFigures(
  store: RecordStore,
  slos: readonly Slo[],
  tenant: string,
  nowMs: number,
): Promise<string> {
  const watermarkMs = await store.watermarkMs();
  const data = await store.of(tenant).overview(nowMs);
  return renderOverview({ tenant, watermarkMs, data, slos });
}
