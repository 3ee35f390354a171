import type { TextRedactor } from '../../../domain/redaction/text-redactor.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import { loadReleasedSchemas } from '../../../schemas/load-released.ts';
import { createLeakScan } from '../leak-scan/scan-leaks.ts';
import { startLoop } from '../run-loop.ts';
import { createLeakScanStore, readUnacknowledged } from './leak-scan-store.ts';
import type { LeakReport } from './report-leaks.ts';

interface LeakLoopsOptions {
  readonly clickhouse: ClickHouse;
  readonly redactor: TextRedactor;
  readonly report: LeakReport;
  /** How often leaks are counted. */
  readonly everyMs: number;
  /** 0: stored records are not looked through again. */
  readonly scanRowsPerSecond: number;
}

const SCAN_EVERY_MS = 1_000;

/**
 * Counts the leaks that nobody has acknowledged, and looks through stored records again. Both go on whatever becomes
 * of the minutes: a leak must show even while we are blind otherwise.
 */
export function startLeakLoops(options: LeakLoopsOptions): { stop(): Promise<void> } {
  const { clickhouse, redactor, report, scanRowsPerSecond: maxRows } = options;
  const counting = startLoop(
    async () => {
      report.unacknowledged(await readUnacknowledged(clickhouse));
      return { more: false };
    },
    options.everyMs,
    (error) => report.unknown(error),
  );
  if (maxRows === 0) return counting;
  const store = createLeakScanStore(clickhouse, loadReleasedSchemas(), redactor.digest);
  const scan = createLeakScan({ store, redactor, maxRows, nowMs: Date.now });
  const scanning = startLoop(
    async () => {
      report.scanned(await scan());
      return { more: false };
    },
    SCAN_EVERY_MS,
    (error) => report.scanFailed(error),
  );
  return {
    stop: async () => {
      await Promise.all([counting.stop(), scanning.stop()]);
    },
  };
}
