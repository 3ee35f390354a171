import type { KeyObject } from 'node:crypto';
import type { SubjectKey } from '../../../domain/erasure/erasable-box.ts';
import { indexSubject } from '../../../domain/erasure/index-subject.ts';
import { HttpProblem } from '../../../platform/http/http-problem.ts';
import type { FastifyInstance } from '../../../platform/http/server.ts';
import type { Authenticate } from '../clients.ts';
import type { Erasures } from '../erasures.ts';
import type { KekRing } from '../kek-ring.ts';
import { type LeasedKeys, type LeaseRequest, openRow } from '../lease-keys.ts';
import type { Client, VaultReport, VaultStore } from '../ports.ts';
import type { RateLimit } from '../rate-limit.ts';
import type { RecordAccess } from '../record-access.ts';
import { leaseBody, lookupBody, openBody } from '../request-bodies.ts';
import { identify, needingKafka, requireBody } from './http-access.ts';

export interface KeyRoutesOptions {
  readonly authenticate: Authenticate;
  readonly store: VaultStore;
  readonly ring: KekRing;
  readonly indexKey: KeyObject;
  readonly lease: (request: LeaseRequest) => Promise<LeasedKeys>;
  readonly erasures: Pick<Erasures, 'tokenOf'>;
  readonly recordAccess: RecordAccess;
  readonly mayLookUp: RateLimit;
  readonly report: VaultReport;
  readonly leaseMs: number;
}

/** 5,000 entries of the longest subjects that are common. */
const MAX_LEASE_BODY_BYTES = 4 * 1024 * 1024;

/** The routes that hand keys and tokens out. */
export function addKeyRoutes(server: FastifyInstance, options: KeyRoutesOptions): void {
  const clientOf = (request: Parameters<typeof identify>[0], ...roles: Client['role'][]) =>
    identify(request, options.authenticate, roles);

  server.post('/v1/leases', { bodyLimit: MAX_LEASE_BODY_BYTES }, async (request) => {
    clientOf(request, 'recorder');
    const leased = await options.lease(requireBody(leaseBody, request));
    return {
      expires_in_ms: options.leaseMs,
      subjects: leased.subjects.map(({ key, erasedBelow }) => ({
        key: keyJson(key),
        erased_below: erasedBelow,
      })),
      days: leased.days.map((key) => ({ key: keyJson(key) })),
    };
  });

  server.post('/v1/open', { bodyLimit: MAX_LEASE_BODY_BYTES }, async (request) => {
    const client = clientOf(request, 'auditor', 'operator');
    const { tenant, key_ids } = requireBody(openBody, request);
    const keys = openKeys(options, tenant, key_ids);
    const access = { client, tenant, action: 'vault.open', granted: keys !== null } as const;
    await needingKafka('not_recorded', () => options.recordAccess({ ...access, rows: keys?.length ?? 0 }));
    if (keys === null)
      throw new HttpProblem(410, 'gone', 'One of these keys is destroyed, or was never this tenant’s.');
    return { keys: keys.map(({ keyId, boxKey }) => ({ key_id: hex(keyId), box_key: hex(boxKey) })) };
  });

  server.post('/v1/lookups', async (request) => {
    const client = clientOf(request, 'auditor');
    const { tenant, subject } = requireBody(lookupBody, request);
    if (!options.mayLookUp(client.name)) {
      options.report.lookupRefused();
      const message = 'Too many look-ups; try again in a minute.';
      throw new HttpProblem(429, 'too_many_lookups', message, { 'retry-after': '60' });
    }
    const token = options.erasures.tokenOf(tenant, indexSubject(options.indexKey, tenant, subject));
    const access = { client, tenant, action: 'vault.lookup', granted: true } as const;
    await needingKafka('not_recorded', () =>
      options.recordAccess({ ...access, rows: token === null ? 0 : 1 }),
    );
    return { token: token === null ? null : hex(token) };
  });
}

/** All of them, or null: a box needs all of its keys. */
function openKeys(
  { store, ring }: KeyRoutesOptions,
  tenant: string,
  keyIds: readonly Buffer[],
): SubjectKey[] | null {
  const keys: SubjectKey[] = [];
  for (const keyId of keyIds) {
    const row = store.findById(keyId);
    const scope = row === null ? null : store.scopeById(row.scope);
    if (row === null || scope === null || scope.name.slice(scope.name.indexOf(':') + 1) !== tenant)
      return null;
    keys.push(openRow(ring, scope, row));
  }
  return keys;
}

function keyJson(key: SubjectKey | null): object | null {
  return key === null
    ? null
    : { key_id: hex(key.keyId), box_key: hex(key.boxKey), token_key: hex(key.tokenKey) };
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex');
}
