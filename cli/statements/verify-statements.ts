import type { Statement } from '../../domain/contract/events.ts';
import { formatUuid } from '../../domain/contract/uuid.ts';
import { createLeavesDigest, LEAVES_DETAIL, type PrunedLeaf } from '../../domain/statements/digest-leaves.ts';
import { verifyStatement } from '../../domain/statements/sign-statement.ts';
import type { PublicKeys } from './public-keys.ts';
import type { RecordedStatement, StatementStore } from './statement-store.ts';

type StatementProblem =
  /** No key by the name that it was signed under. */
  | 'unknown_key'
  /** It was not signed with that key, or was changed since. */
  | 'bad_signature'
  /** The list of leaves of a prune is not the one that was stated. */
  | 'leaves_differ';

export interface VerifiedStatement {
  readonly statementId: string;
  readonly statement: Statement;
  /** null: signed, and true of what the store has. */
  readonly problem: StatementProblem | null;
}

const LEAVES_PER_READ = 100_000;

/** Verifies every recorded statement: its signature, and for a prune that its list of leaves is the one stated. */
export async function verifyStatements(
  store: StatementStore,
  keys: PublicKeys,
): Promise<VerifiedStatement[]> {
  const verified: VerifiedStatement[] = [];
  for (const recorded of await store.readStatements()) {
    const { statement } = recorded;
    const problem = await findProblem(recorded, store, keys);
    verified.push({ statementId: formatUuid(statement.statement_id), statement, problem });
  }
  return verified;
}

/** Ids of the verified statements of prunes. */
export function coveredPrunes(verified: readonly VerifiedStatement[]): ReadonlySet<string> {
  const stated = verified.filter(({ statement, problem }) => problem === null && statement.kind === 'PRUNE');
  return new Set(stated.map(({ statementId }) => statementId));
}

async function findProblem(
  { statement, schema }: RecordedStatement,
  store: StatementStore,
  keys: PublicKeys,
): Promise<StatementProblem | null> {
  const key = keys.get(statement.key_name);
  if (key === undefined) return 'unknown_key';
  if (!verifyStatement(schema, statement, key)) return 'bad_signature';
  const stated = statement.details.find((detail) => detail.key === LEAVES_DETAIL)?.value;
  if (statement.kind !== 'PRUNE' || stated === undefined) return null;
  const listed = await digestOf(formatUuid(statement.statement_id), statement, store);
  return listed.rows === statement.rows && listed.hex === stated ? null : 'leaves_differ';
}

/** The digest over what is listed for a prune, within the ranges that were stated. */
async function digestOf(statementId: string, { ranges }: Statement, store: StatementStore) {
  const digest = createLeavesDigest();
  let rows = 0;
  let last: PrunedLeaf | null = null;
  for (;;) {
    const leaves: PrunedLeaf[] = await store.readPruneLeaves(statementId, last, LEAVES_PER_READ);
    for (const leaf of leaves) {
      digest.add(leaf);
      if (isWithin(leaf, ranges)) rows++;
    }
    last = leaves.at(-1) ?? last;
    if (leaves.length < LEAVES_PER_READ) return { rows, hex: digest.hex() };
  }
}

function isWithin({ topic, partition, offset }: PrunedLeaf, ranges: Statement['ranges']): boolean {
  return ranges.some(
    (range) =>
      range.topic === topic &&
      range.partition === partition &&
      range.first_offset <= offset &&
      offset <= range.last_offset,
  );
}
