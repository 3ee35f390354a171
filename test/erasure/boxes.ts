import { openErasable } from '../../domain/erasure/erasable-box.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import type { DecisionAboutPeople } from './people.ts';

/** A decision's erasable part as it is stored. */
interface StoredBox {
  readonly decisionId: string;
  readonly tenantId: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Null: it was stored without one. */
  readonly box: Buffer | null;
}

/** Every stored decision's box, by decision id. */
export async function readBoxes(clickhouse: ClickHouse): Promise<ReadonlyMap<string, StoredBox>> {
  const rows = await clickhouse.query<Omit<StoredBox, 'box'> & { hex: string | null }>(
    `SELECT toString(decision_id) AS decisionId, tenant_id AS tenantId, topic, partition, offset,
            hex(erasable_box) AS hex FROM decisions`,
  );
  return new Map(
    rows.map(({ hex, ...row }) => [
      row.decisionId,
      { ...row, box: hex === null ? null : Buffer.from(hex, 'hex') },
    ]),
  );
}

export interface Readability {
  /** Of decisions about nobody who was erased. */
  readonly othersReadable: number;
  readonly others: number;
  /** Of decisions about somebody who was erased. */
  readonly erasedReadable: number;
  readonly erased: number;
}

/** Tries every box with the keys that are at hand; readable is what gives its secrets back. */
export function tryBoxes(
  decisions: readonly DecisionAboutPeople[],
  boxes: ReadonlyMap<string, StoredBox>,
  boxKeys: ReadonlyMap<string, Buffer>,
): Readability {
  const figures = { othersReadable: 0, others: 0, erasedReadable: 0, erased: 0 };
  for (const { report, people, secrets } of decisions) {
    const stored = boxes.get(report.decisionId);
    if (stored === undefined) throw new Error('a decision is not in the store');
    const opened = stored.box === null ? null : openErasable(boxKeys, stored, stored.box);
    const readable = opened?.ok === true && secrets.every((secret) => opened.erasable.includes(secret));
    const isErased = people.some((person) => person.isErased);
    if (isErased) figures.erased++;
    else figures.others++;
    if (readable && isErased) figures.erasedReadable++;
    if (readable && !isErased) figures.othersReadable++;
  }
  return figures;
}
