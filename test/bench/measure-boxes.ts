import { inputOf } from '../../domain/contract/inputs.ts';
import { frameConfluent } from '../../domain/contract/wire.ts';
import { compileErasableMask } from '../../domain/recording/mask-erasable.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { DEFAULT_RULESET } from '../../domain/redaction/default-ruleset.ts';
import { createTextRedactor } from '../../domain/redaction/text-redactor.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { createRecordJudge, type RecordJudge } from '../../services/recorder/judge-records.ts';
import { freshHistory } from '../support/fresh-history.ts';
import { createMemoryVault, keysFrom, NO_KEYS, PATIENT } from '../support/memory-vault.ts';
import { createDecisionSource } from './compose-decision.ts';
import { median } from './median-figures.ts';

const RECORDS = 20_000;
const ROUNDS = 7;

/** What sealing costs the recorder. */
export interface BoxPrice {
  /** CPU of masking and sealing, tokens included, beyond what the record costs anyway; keys at hand. */
  readonly box_us: number;
  /** Mean size of the erasable record in it. */
  readonly erasable_bytes: number;
}

/** Judges the same batch with keys and without, in turn, and takes the median of the differences. */
export async function measureBoxes(seed: number): Promise<BoxPrice> {
  const { records, boxes, erasableBytes } = composeBatch(seed);
  const input = inputOf('decision');
  const registry = loadReleasedSchemas();
  const redactor = createTextRedactor();
  const maskErasable = compileErasableMask(registry.newest('decision').type, DEFAULT_RULESET);
  const rules = { registry, redactor, maskErasable };
  const at = { topic: input.topic, partition: 0 };
  const sealing = createRecordJudge(input, at, rules, keysFrom(createMemoryVault()));
  const bare = createRecordJudge(input, at, rules, NO_KEYS);
  // Leases every key, and lets the compiler see both ways.
  await cpuUsOf(sealing, records);
  await cpuUsOf(bare, records);
  const differences: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const withBoxes = await cpuUsOf(sealing, records);
    differences.push(withBoxes - (await cpuUsOf(bare, records)));
  }
  const boxUs = median(differences) / boxes;
  return { box_us: Math.round(boxUs * 10) / 10, erasable_bytes: Math.round(erasableBytes / boxes) };
}

async function cpuUsOf(judge: RecordJudge, records: readonly SourceRecord[]): Promise<number> {
  const before = process.cpuUsage();
  await judge(records, freshHistory(), async () => new Map(), PATIENT);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function composeBatch(seed: number) {
  const schema = loadReleasedSchemas().newest('decision');
  const startMs = Date.now();
  const next = createDecisionSource(seed, startMs);
  const records: SourceRecord[] = [];
  let boxes = 0;
  let erasableBytes = 0;
  for (let offset = 0; offset < RECORDS; offset++) {
    const { decision } = next();
    const value = frameConfluent(schema, schema.encode(decision));
    if (decision.erasable !== null) {
      boxes++;
      // All that it takes, but for the byte that says that it is there.
      erasableBytes +=
        value.length - frameConfluent(schema, schema.encode({ ...decision, erasable: null })).length;
    }
    const place = { topic: inputOf('decision').topic, partition: 0, offset, appendMs: startMs };
    records.push({ ...place, key: null, origin: null, value, bytes: value.length });
  }
  return { records, boxes, erasableBytes };
}
