import type { KeyObject } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Statement } from '../../../domain/contract/events.ts';
import type { Barrier } from '../../../domain/erasure/barriers.ts';
import { indexSubject } from '../../../domain/erasure/index-subject.ts';
import { openDatabase } from '../../../platform/sqlite/open-database.ts';
import { loadReleasedSchemas } from '../../../schemas/load-released.ts';
import { openBackups } from '../../../services/vault/drivers/backups.ts';
import { createFileKeks } from '../../../services/vault/drivers/file-keks.ts';
import { createSqliteStore } from '../../../services/vault/drivers/sqlite-store.ts';
import { initVaultFolder, readVaultFolder } from '../../../services/vault/drivers/vault-folder.ts';
import { type OpenVault, openVault } from '../../../services/vault/open-vault.ts';
import type { Client, KekStore, OutgoingEvent, VaultStore } from '../../../services/vault/ports.ts';
import { decodeStatement } from '../../../services/vault/statement-frames.ts';

export const OPERATOR: Client = { name: 'operator-1', role: 'operator' };
export const TOPIC = 'docket.decisions.v1';

/** What outlives a vault's process: its folder, Kafka, and the time. */
export interface VaultWorld {
  readonly directory: string;
  readonly sent: OutgoingEvent[];
  nowMs: number;
  /** Offset that the next record of the one partition will have; and the first that is left. */
  logEnd: number;
  logStart: number;
  remove(): void;
}

export interface RunningTestVault extends OpenVault {
  readonly store: VaultStore;
  readonly keks: KekStore;
  readonly indexKey: KeyObject;
  indexOf(tenant: string, subject: string): Buffer;
  backUp(): Promise<string>;
  /** Ends it as a crash would: nothing is finished. */
  crash(): void;
}

/** Called before and after everything that a crash can come between. */
export type Checkpoint = (name: string) => void;

/** An empty world at 2026-03-04, noon. */
export async function createVaultWorld(): Promise<VaultWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'docket-vault-'));
  await initVaultFolder(directory);
  return {
    directory,
    sent: [],
    nowMs: Date.UTC(2026, 2, 4, 12),
    logEnd: 100,
    logStart: 0,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A vault of that world: real database, files and backups; Kafka in memory. */
export async function openTestVault(
  world: VaultWorld,
  checkpoint: Checkpoint = () => {},
): Promise<RunningTestVault> {
  const registry = loadReleasedSchemas();
  const { indexKey, signer } = await readVaultFolder(world.directory, registry);
  const database = openDatabase(join(world.directory, 'vault.sqlite'));
  const around = async <Result>(name: string, act: () => Result | Promise<Result>): Promise<Result> => {
    checkpoint(`before ${name}`);
    const result = await act();
    checkpoint(`after ${name}`);
    return result;
  };
  try {
    const plain = createSqliteStore(database);
    const store: VaultStore = {
      ...plain,
      atomically: (act) => {
        checkpoint('before commit');
        const result = plain.atomically(act);
        checkpoint('after commit');
        return result;
      },
    };
    const files = createFileKeks(join(world.directory, 'keks'));
    const keks: KekStore = {
      ...files,
      create: (...at) => around('create a KEK', () => files.create(...at)),
      destroyThrough: (...at) => around('destroy a KEK', () => files.destroyThrough(...at)),
    };
    const nowMs = () => world.nowMs;
    const wrote = (atMs: number) => plain.setFlag('last_backup_ms', String(atMs));
    const directory = join(world.directory, 'backups');
    const backups = await openBackups({ directory, database, registry, kept: 7, nowMs, wrote });
    const log = (offset: () => number) => async (): Promise<Barrier[]> => [
      { topic: TOPIC, partition: 0, offset: offset() },
    ];
    const backUp = () => around('back up', backups.backUp);
    const vault = await openVault({
      store,
      keks,
      indexKey,
      signer,
      registry,
      log: { starts: log(() => world.logStart), ends: log(() => world.logEnd) },
      backUp,
      report: {
        leased: () => {},
        lookupRefused: () => {},
        backedUp: () => {},
        destroyed: () => {},
        completed: () => {},
        failed: (_step, error) => {
          throw error;
        },
        droppedUnreadable: () => {},
      },
      send: (event) =>
        around('send', () => {
          world.sent.push(event);
        }),
      keepStatement: (framed) => around('keep a statement', () => backups.keepStatement(framed)),
      statements: async () => [...(await backups.readStatements()), ...statementsSent(world)],
      nowMs,
      limits: { leaseMs: 60_000, quarantineKeyDays: 30, batchWaitMs: 0, backupEveryMs: 3_600_000 },
    });
    return {
      ...vault,
      store,
      keks,
      indexKey,
      indexOf: (tenant, subject) => indexSubject(indexKey, tenant, subject),
      backUp,
      crash: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Statements that Kafka has, in order. */
export function statementsSent(world: VaultWorld): Statement[] {
  const registry = loadReleasedSchemas();
  return world.sent
    .map(({ value }) => decodeStatement(registry, value))
    .filter((statement) => statement !== null);
}

/** Every file below a folder. */
function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((file) => statSync(file).isFile());
}

/** Files of a folder that hold these bytes, as they are or as hexadecimal digits. */
export function filesWith(directory: string, bytes: Buffer): string[] {
  return filesBelow(directory).filter((file) => {
    const content = readFileSync(file);
    return content.includes(bytes) || content.includes(bytes.toString('hex'));
  });
}
