import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface FormatOptions {
  readonly java: string;
  /** JVM flags and class path. */
  readonly run: readonly string[];
  readonly configFile: string;
  readonly logDir: string;
  readonly clusterId: string;
}

/**
 * Prepares Kafka's log directory with its own tool, unless that is done (meta.properties is the tool's last step).
 * Throws an Error with the tool's words when it fails.
 */
export async function formatStorage(options: FormatOptions): Promise<void> {
  if (existsSync(join(options.logDir, 'meta.properties'))) return;
  const tool = ['kafka.tools.StorageTool', 'format', '--ignore-formatted'];
  const args = [...options.run, ...tool, '-t', options.clusterId, '-c', options.configFile];
  try {
    await promisify(execFile)(options.java, args, { timeout: 120_000 });
  } catch (error) {
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new Error(`Kafka's storage in ${options.logDir} could not be prepared: ${words}`);
  }
}
