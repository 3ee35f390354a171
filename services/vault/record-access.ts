import { randomBytes } from 'node:crypto';
import type { Access } from '../../domain/contract/events.ts';
import { toKeyValues } from '../../domain/contract/key-values.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { frameEvent, newUuid } from './erasure-statements.ts';
import type { Client } from './ports.ts';

interface RecordedAccess {
  readonly client: Client;
  /** Empty: of no tenant. */
  readonly tenant: string;
  readonly action: 'vault.open' | 'vault.lookup';
  readonly granted: boolean;
  /** How many keys, or tokens, are about to be handed over. */
  readonly rows: number;
}

/** Resolves when the access is in its topic. Rejects when that is not certain: then nothing may be handed over. */
export type RecordAccess = (access: RecordedAccess) => Promise<void>;

export interface AccessOptions {
  readonly registry: SchemaRegistry;
  readonly send: (event: { topic: string; key: string; value: Buffer }) => Promise<void>;
  /** Tenant of accesses to what is of none. */
  readonly operatorTenant: string;
  readonly timeoutMs: number;
  readonly nowMs: () => number;
}

/** Records accesses: who, what and how many, and never of whom. */
export function createAccessRecording(options: AccessOptions): RecordAccess {
  return async ({ client, tenant, action, granted, rows }) => {
    const access: Access = {
      access_id: newUuid(),
      tenant_id: tenant === '' ? options.operatorTenant : tenant,
      actor: client.name,
      role: client.role,
      action,
      granted,
      filters: toKeyValues({}),
      rows,
      read_at: options.nowMs() * 1000,
      salt: randomBytes(16),
    };
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new Error('the access log did not answer in time')),
      options.timeoutMs,
    );
    try {
      await Promise.race([options.send(frameEvent(options.registry, 'access', access)), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
