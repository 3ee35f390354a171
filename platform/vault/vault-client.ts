import { sendToVault, type VaultAddress } from './send-to-vault.ts';
import type {
  Erasure,
  Hold,
  Lease,
  LeaseDay,
  LeaseSubject,
  OpenedKey,
  SignedStatement,
  StatementDraft,
  VaultBarrier,
  VaultPublicKey,
} from './vault-types.ts';
import {
  toErasure,
  toHold,
  toLease,
  type WireErasure,
  type WireHold,
  type WireLease,
} from './wire-answers.ts';

/** The vault's API v1. Every method throws VaultFailure when there is no answer or it is a refusal. */
export interface VaultClient {
  /** Role recorder. At most 5,000 entries; durable when answered. */
  lease(subjects: readonly LeaseSubject[], days: readonly LeaseDay[]): Promise<Lease>;
  /** Role auditor or operator. Code `gone`, status 410, when one of the keys is destroyed or being erased. */
  open(tenant: string, keyIds: readonly Uint8Array[]): Promise<OpenedKey[]>;
  /** Role auditor. The subject's token of 16 bytes, or null: nothing is stored. Code `too_many_lookups` is 429. */
  lookUp(tenant: string, subject: string): Promise<Buffer | null>;
  /** Role operator. Gives the open erasure of the subject where there is one. */
  erase(tenant: string, subject: string, reason?: string): Promise<Pick<Erasure, 'erasureId' | 'state'>>;
  /** Role operator. */
  listErasures(tenant: string): Promise<Erasure[]>;
  readErasure(erasureId: string): Promise<Erasure>;
  /** Role operator. Without a subject the whole tenant is held: neither erasure nor retention. */
  placeHold(tenant: string, subject: string | null, reason: string): Promise<string>;
  releaseHold(holdId: string): Promise<void>;
  listHolds(tenant: string): Promise<Hold[]>;
  /** Role recorder or operator. Up to where raw topics must be trimmed for erasures that are not complete. */
  barriers(): Promise<VaultBarrier[]>;
  /** Role operator. Signs and publishes; resolves when Kafka has it (`acks=all`). */
  issueStatement(draft: StatementDraft): Promise<SignedStatement>;
  publicKey(): Promise<VaultPublicKey>;
  /** Role operator. Resolves with the file's name, in the vault's folder of backups. */
  backUp(): Promise<string>;
  /** Role operator. A new version of the tenant's KEK: everything is wrapped anew, the old version destroyed. */
  rotate(tenant: string): Promise<void>;
  /** Role operator. Destroys the day keys of a purpose before a day (`2026-11-21`); resolves with their number. */
  destroyDays(tenant: string, purpose: LeaseDay['purpose'], beforeDay: string): Promise<number>;
}

/** A client of the vault at an address, with a token of one role. Reads nothing until it is used. */
export function createVaultClient(address: VaultAddress): VaultClient {
  const post = <Answer>(path: string, body: object) => sendToVault<Answer>(address, 'POST', path, body);
  const get = <Answer>(path: string) => sendToVault<Answer>(address, 'GET', path);
  return {
    lease: async (subjects, days) => {
      const startedMs = performance.now();
      const answer = await post<WireLease>('/v1/leases', { subjects, days });
      return toLease(answer, performance.now() - startedMs);
    },
    open: async (tenant, keyIds) => {
      const key_ids = keyIds.map((id) => Buffer.from(id).toString('hex'));
      const { keys } = await post<{ keys: { key_id: string; box_key: string }[] }>('/v1/open', {
        tenant,
        key_ids,
      });
      return keys.map((key) => ({
        keyId: Buffer.from(key.key_id, 'hex'),
        boxKey: Buffer.from(key.box_key, 'hex'),
      }));
    },
    lookUp: async (tenant, subject) => {
      const { token } = await post<{ token: string | null }>('/v1/lookups', { tenant, subject });
      return token === null ? null : Buffer.from(token, 'hex');
    },
    erase: async (tenant, subject, reason) => {
      const body = { tenant, subject, ...(reason === undefined ? {} : { reason }) };
      const answer = await post<{ erasure_id: string; state: Erasure['state'] }>('/v1/erasures', body);
      return { erasureId: answer.erasure_id, state: answer.state };
    },
    listErasures: async (tenant) => {
      const path = `/v1/erasures?tenant=${encodeURIComponent(tenant)}`;
      return (await get<{ erasures: WireErasure[] }>(path)).erasures.map(toErasure);
    },
    readErasure: async (erasureId) =>
      toErasure(await get<WireErasure>(`/v1/erasures/${encodeURIComponent(erasureId)}`)),
    placeHold: async (tenant, subject, reason) =>
      (await post<{ hold_id: string }>('/v1/holds', { tenant, subject, reason })).hold_id,
    releaseHold: async (holdId) => {
      await sendToVault(address, 'DELETE', `/v1/holds/${encodeURIComponent(holdId)}`);
    },
    listHolds: async (tenant) =>
      (await get<{ holds: WireHold[] }>(`/v1/holds?tenant=${encodeURIComponent(tenant)}`)).holds.map(toHold),
    barriers: async () => (await get<{ barriers: VaultBarrier[] }>('/v1/barriers')).barriers,
    issueStatement: (draft) => post<SignedStatement>('/v1/statements', draft),
    publicKey: async () => {
      const answer = await get<{ key_name: string; public_key: string }>('/v1/keys/public');
      return { keyName: answer.key_name, publicKey: Buffer.from(answer.public_key, 'hex') };
    },
    backUp: async () => (await post<{ file: string }>('/v1/backups', {})).file,
    rotate: async (tenant) => {
      await post('/v1/rotations', { tenant });
    },
    destroyDays: async (tenant, purpose, beforeDay) =>
      (await post<{ destroyed: number }>('/v1/days/destroy', { tenant, purpose, before: beforeDay }))
        .destroyed,
  };
}
