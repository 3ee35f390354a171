import type { Erasure, Hold, Lease, LeasedKey, SignedStatement, VaultBarrier } from './vault-types.ts';

interface WireKey {
  readonly key_id: string;
  readonly box_key: string;
  readonly token_key: string;
}

/** The answer to `POST /v1/leases`. */
export interface WireLease {
  readonly expires_in_ms: number;
  readonly subjects: readonly { readonly key: WireKey | null; readonly erased_below: VaultBarrier[] }[];
  readonly days: readonly { readonly key: WireKey | null }[];
}

/** An erasure as the API shows it. */
export interface WireErasure {
  readonly erasure_id: string;
  readonly tenant: string;
  readonly state: Erasure['state'];
  readonly requested_at_ms: number;
  readonly erasing_at_ms: number | null;
  readonly destroyed_at_ms: number | null;
  readonly completed_at_ms: number | null;
  readonly barriers: VaultBarrier[];
  readonly certificate: SignedStatement | null;
}

/** A hold as the API shows it. */
export interface WireHold {
  readonly hold_id: string;
  readonly kind: Hold['kind'];
  readonly subject_token: string | null;
  readonly placed_at_ms: number;
}

/** @param tookMs how long the answer took: the vault counts from when it made it, at the earliest at the start. */
export function toLease(wire: WireLease, tookMs: number): Lease {
  return {
    expiresInMs: Math.max(0, wire.expires_in_ms - tookMs),
    subjects: wire.subjects.map(({ key, erased_below }) => ({ key: toKey(key), erasedBelow: erased_below })),
    days: wire.days.map(({ key }) => toKey(key)),
  };
}

function toKey(wire: WireKey | null): LeasedKey | null {
  if (wire === null) return null;
  return {
    keyId: Buffer.from(wire.key_id, 'hex'),
    boxKey: Buffer.from(wire.box_key, 'hex'),
    tokenKey: Buffer.from(wire.token_key, 'hex'),
  };
}

/** An erasure by the names of the code. */
export function toErasure(wire: WireErasure): Erasure {
  return {
    erasureId: wire.erasure_id,
    tenant: wire.tenant,
    state: wire.state,
    requestedAtMs: wire.requested_at_ms,
    erasingAtMs: wire.erasing_at_ms,
    destroyedAtMs: wire.destroyed_at_ms,
    completedAtMs: wire.completed_at_ms,
    barriers: wire.barriers,
    certificate: wire.certificate,
  };
}

/** A hold by the names of the code. */
export function toHold(wire: WireHold): Hold {
  return {
    holdId: wire.hold_id,
    kind: wire.kind,
    subjectToken: wire.subject_token === null ? null : Buffer.from(wire.subject_token, 'hex'),
    placedAtMs: wire.placed_at_ms,
  };
}
