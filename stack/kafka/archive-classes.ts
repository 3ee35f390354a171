import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLASS_ARCHIVE, startBroker } from './broker.ts';

/**
 * Starts and stops a broker once, so that later ones find its classes in an archive, unless there is one. It lies with
 * Kafka's jars and goes with them. A start without it is slower and nothing else, so this never fails.
 */
export async function archiveClasses(): Promise<void> {
  if (existsSync(CLASS_ARCHIVE)) return;
  const dataDir = mkdtempSync(join(tmpdir(), 'docket-classes-'));
  const made = `${CLASS_ARCHIVE}.${process.pid}`;
  try {
    const broker = await startBroker({ dataDir, archiveTo: made });
    await broker.stop();
    // Beside it and renamed: whoever maps it has a whole one.
    renameSync(made, CLASS_ARCHIVE);
  } catch {
    rmSync(made, { force: true });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
