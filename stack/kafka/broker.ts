import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ChildExit } from '../child-process.ts';
import { findExecutable, startChild, waitUntilReady } from '../child-process.ts';
import { endStaleProcess } from '../pid-file.ts';
import { freePort, requireFreePort } from '../ports.ts';
import { formatStorage } from './format-storage.ts';
import { probeBroker } from './probe-broker.ts';
import { serverProperties } from './server-properties.ts';

export interface BrokerOptions {
  /** Kafka's data, configuration, log and pid file live here. One broker at a time per directory. */
  readonly dataDir: string;
  /** Any free port when absent. */
  readonly port?: number;
  readonly controllerPort?: number;
  /** What changes the port, for the message when it is taken. */
  readonly portChangedBy?: string;
  /** Receives a line per slow step. */
  readonly log?: (line: string) => void;
  /** Where the classes that it has loaded are written when it stops, for later starts. */
  readonly archiveTo?: string;
}

export interface Broker {
  /** For clients: `127.0.0.1:<port>`. */
  readonly brokers: string;
  readonly port: number;
  readonly pid: number;
  /** The broker's own log. */
  readonly logFile: string;
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<ChildExit>;
  stop(): Promise<void>;
}

const LIBS = resolve(import.meta.dirname, '../../node_modules/.kafka-libs');
/** Classes as a JVM of the same version can map them, which halves what a start costs (archive-classes.ts). */
export const CLASS_ARCHIVE = join(LIBS, 'classes.jsa');
const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 20_000;

const JVM_FLAGS = [
  '-Xms64m',
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:ReservedCodeCacheSize=64m',
  '-XX:MaxDirectMemorySize=128m',
  '-XX:-UsePerfData',
  '-XX:+ExitOnOutOfMemoryError',
  '-Djava.awt.headless=true',
  `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'log4j2.properties')}`,
];

/**
 * Starts Kafka as a single KRaft node on 127.0.0.1 and resolves when it serves requests. The directory is formatted at
 * the first start and keeps its cluster id for ever.
 * Throws an Error that says what to do when Java or the jars are missing, a port is taken, or it does not come up.
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const dataDir = resolve(options.dataDir);
  const java = findExecutable('java');
  if (java === null) throw new Error('Kafka needs Java 17 or newer, and there is no `java` on the PATH.');
  if (!existsSync(LIBS)) {
    throw new Error("Kafka's jars have not been fetched. Run: node stack/bootstrap.mjs");
  }
  mkdirSync(dataDir, { recursive: true });
  const port = options.port ?? (await freePort());
  const controllerPort = options.controllerPort ?? (await freePort());
  const logFile = join(dataDir, 'broker.log');
  const configFile = join(dataDir, 'server.properties');
  const pidFile = join(dataDir, 'broker.pid');
  const marks = ['kafka.Kafka', configFile];
  await endStaleProcess(pidFile, marks, STOP_TIMEOUT_MS);
  const changedBy = options.portChangedBy ?? 'the `port` option';
  await requireFreePort({ port, purpose: 'Kafka', changedBy });
  await requireFreePort({ port: controllerPort, purpose: "Kafka's controller", changedBy });

  const logDir = join(dataDir, 'log');
  writeFileSync(configFile, serverProperties({ logDir, port, controllerPort }));
  const run = [...JVM_FLAGS, ...archiveFlags(), '-cp', join(LIBS, '*')];
  await formatStorage({ java, run, configFile, logDir, clusterId: clusterIdOf(dataDir) });
  const child = await startChild({
    name: 'Kafka',
    command: java,
    args: [...archivingFlags(options), ...run, 'kafka.Kafka', configFile],
    logFile,
    pidFile,
    marks,
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
  await waitUntilReady(child, { name: 'Kafka', logFile, timeoutMs: READY_TIMEOUT_MS }, () =>
    probeBroker(port, 500),
  );
  options.log?.(`Kafka answers on 127.0.0.1:${port}`);
  return { brokers: `127.0.0.1:${port}`, port, logFile, ...child };
}

// Another JVM than the one that wrote it passes it over, and need not say so.
function archiveFlags(): readonly string[] {
  return existsSync(CLASS_ARCHIVE) ? [`-XX:SharedArchiveFile=${CLASS_ARCHIVE}`, '-Xlog:cds=off'] : [];
}

function archivingFlags({ archiveTo }: BrokerOptions): readonly string[] {
  return archiveTo === undefined ? [] : [`-XX:ArchiveClassesAtExit=${archiveTo}`, '-XX:TieredStopAtLevel=1'];
}

/** Chosen once per data directory: 16 random bytes in URL-safe base64, as Kafka's own tool makes them. */
function clusterIdOf(dataDir: string): string {
  const file = join(dataDir, 'cluster-id');
  if (!existsSync(file)) writeFileSync(file, `A${randomBytes(16).toString('base64url').slice(1)}\n`);
  return readFileSync(file, 'utf8').trim();
}
