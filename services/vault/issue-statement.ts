import { randomBytes } from 'node:crypto';
import type { Statement } from '../../domain/contract/events.ts';
import { toKeyValues } from '../../domain/contract/key-values.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { frameEvent, newUuid } from './erasure-statements.ts';
import type { Signer, VaultStore } from './ports.ts';
import type { StatementBody } from './request-bodies.ts';
import { decodeStatement } from './statement-frames.ts';

export interface IssueOptions {
  readonly store: VaultStore;
  readonly signer: Signer;
  readonly registry: SchemaRegistry;
  readonly nowMs: () => number;
  /** Resolves when everything that waits is sent. */
  readonly sendAll: () => Promise<void>;
}

/**
 * Signs a statement and resolves when it is published. Asked again with the same `statement_id` it gives the same
 * one, whatever else is asked. Rejects when Kafka does not take it: it is kept, and sent as soon as it can be.
 */
export async function issueStatement(options: IssueOptions, asked: StatementBody): Promise<Statement> {
  const { store, signer, registry, nowMs, sendAll } = options;
  const id = asked.statement_id ?? newUuid();
  const framed = store.atomically(() => {
    const known = store.findStatement(id);
    if (known !== null) return known;
    const statement = signer.sign({
      statement_id: id,
      tenant_id: asked.tenant,
      kind: asked.kind,
      about: asked.about,
      ranges: asked.ranges,
      rows: asked.rows,
      details: toKeyValues(Object.fromEntries(asked.details.map(({ key, value }) => [key, value]))),
      issued_at: nowMs() * 1000,
      salt: randomBytes(16),
    });
    const event = frameEvent(registry, 'statement', statement);
    store.addStatement(id, event.value);
    store.enqueue(event);
    return event.value;
  });
  await sendAll();
  const statement = decodeStatement(registry, framed);
  if (statement === null) throw new Error('a statement of ours cannot be read');
  return statement;
}
