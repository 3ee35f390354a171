import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inputOf } from '../../domain/contract/inputs.ts';
import { createEnforcer } from '../../sdk/enforcer.ts';
import { readLogEnds, readShortfall } from '../../stack/log-offsets.ts';
import { type CanaryStack, startCanaryStack } from '../canaries/canary-stack.ts';
import { openRawLog } from '../canaries/plant/open-raw-log.ts';
import { createByteSearch } from '../canaries/search/byte-search.ts';
import { patternsOf } from '../canaries/search/patterns-of.ts';
import { type Places, searchFiles, searchTables } from '../canaries/search/search-places.ts';
import { createDice } from '../support/fuzz/dice.ts';
import { until } from '../support/until.ts';
import { type Readability, readBoxes, tryBoxes } from './boxes.ts';
import { type BrokenVaults, breakVaults } from './break-vaults.ts';
import { type CertificateCheck, checkCertificates } from './check-certificates.ts';
import { copyTopics, fillTopics } from './copy-topics.ts';
import { completeErasures, erasePeople, vaultOf } from './erase-people.ts';
import { flushLogs } from './flush-logs.ts';
import {
  compareTrees,
  type ProofFigures,
  proveAll,
  readTrees,
  type TreeComparison,
} from './partition-trees.ts';
import { type DecisionAboutPeople, decideAbout, makePeople, type Person } from './people.ts';
import { readThroughVault } from './read-through-vault.ts';

export interface ErasureOptions {
  readonly subjects: number;
  readonly erase: number;
  readonly decisionsEach: number;
  readonly seed: number;
  readonly progress: (line: string) => void;
}

export interface ErasureResult {
  readonly subjects: number;
  readonly erased: number;
  readonly decisions: number;
  /** With every key that a thief of all files could unwrap, before and after: the first shows that the attack works. */
  readonly stolenBefore: Readability;
  readonly stolenAfter: Readability;
  /** Through the vault, as an auditor reads. */
  readonly readBefore: Readability;
  readonly readAfter: Readability;
  readonly readAfterReplay: Readability;
  /** Secrets and subjects of the erased that are in any file of the system. */
  readonly foundBefore: number;
  readonly foundAfter: number;
  readonly searchedBytes: number;
  /** Files that hold an old KEK. */
  readonly oldKeksLeft: number;
  readonly trees: TreeComparison;
  readonly replayTrees: TreeComparison;
  readonly proofs: ProofFigures;
  readonly certificates: CertificateCheck;
  readonly tokensOfErased: number;
  readonly durationS: number;
}

/** Short, as nothing here outlives a minute. */
const SETTINGS = {
  DOCKET_VAULT_LEASE_SECONDS: '2',
  DOCKET_VAULT_ERASURE_BATCH_SECONDS: '1',
  DOCKET_VAULT_WORK_INTERVAL_MS: '100',
  DOCKET_VAULT_LOOKUPS_PER_MINUTE: '100000',
  DOCKET_TRIM_INTERVAL_MS: '300',
  DOCKET_PROGRESS_INTERVAL_MS: '300',
};
const UNUSED = ['gateway', 'evaluator', 'auditor'] as const;

/** Whether a run showed what it should. */
export function isClean(result: ErasureResult): boolean {
  const { stolenBefore, stolenAfter, readBefore, readAfter, readAfterReplay, certificates } = result;
  const allOthers = [stolenAfter, readAfter, readAfterReplay].every(
    (figures) => figures.erasedReadable === 0 && figures.othersReadable === figures.others,
  );
  const allBefore = [stolenBefore, readBefore].every(
    ({ erased, erasedReadable, others, othersReadable }) =>
      erased > 0 && erasedReadable === erased && othersReadable === others,
  );
  const noTrace = result.foundBefore > 0 && result.foundAfter === 0 && result.oldKeksLeft === 0;
  const sameTrees = [result.trees, result.replayTrees].every(
    ({ otherLeaves, otherRoots, failedProofs, leaves }) =>
      leaves > 0 && otherLeaves + otherRoots + failedProofs === 0,
  );
  const { wrongHeads, failed, inclusions } = result.proofs;
  const proven = wrongHeads + failed === 0 && inclusions > 0;
  const certified = certificates.valid === result.erased && certificates.namesAnyone === 0;
  return allOthers && allBefore && noTrace && sameTrees && proven && certified && result.tokensOfErased === 0;
}

/** One whole run: people, decisions, erasure, search, replay. */
export async function runErasure(options: ErasureOptions): Promise<ErasureResult> {
  const startedMs = performance.now();
  const stacks: CanaryStack[] = [];
  const kept = mkdtempSync(join(tmpdir(), 'docket-offsite-'));
  try {
    const stack = await startCanaryStack(options.progress, { settings: SETTINGS, without: UNUSED });
    stacks.push(stack);
    const result = await eraseAndReplay(stack, stacks, kept, options);
    return { ...result, durationS: Math.round((performance.now() - startedMs) / 100) / 10 };
  } finally {
    await Promise.all(stacks.map((stack) => stack.stop()));
    await Promise.all(stacks.map((stack) => stack.remove()));
    rmSync(kept, { recursive: true, force: true });
  }
}

async function eraseAndReplay(
  stack: CanaryStack,
  stacks: CanaryStack[],
  offsite: string,
  options: ErasureOptions,
): Promise<ErasureResult> {
  const { progress } = options;
  const dice = createDice(options.seed);
  const people = makePeople(dice, options.subjects, options.erase);
  const decisions = people.flatMap((person) =>
    Array.from({ length: options.decisionsEach }, () => decideAbout(dice, person, people)),
  );
  await record(stack, people, decisions);
  progress(`${decisions.length} decisions about ${people.length} people are recorded`);
  const boxes = await readBoxes(stack.clickhouse);
  const readBefore = await readThroughVault(stack, decisions, boxes);
  await vaultOf(stack, 'operator').backUp();
  const vaultDirectory = join(stack.dataDir, 'vault');
  // What an operator's backup job takes away: everything of the vault but the KEKs.
  cpSync(vaultDirectory, join(offsite, 'vault'), {
    recursive: true,
    filter: (path) => !path.includes('keks'),
  });
  const broken = breakVaults([join(stack.dataDir, 'vault'), offsite]);
  const stolenBefore = tryBoxes(decisions, boxes, broken.boxKeys);
  const search = searchFor(people, decisions);
  const foundBefore = await countFound(stack, search);
  const before = await readTrees(stack.clickhouse);
  const copied = await copyTopics(stack.brokers);

  progress(`erasing ${options.erase} of them`);
  const { erasureIds, said } = await erasePeople(stack, people);
  const erasures = await completeErasures(stack, erasureIds);
  const certificates = await checkCertificates(stack, erasures, people, said);
  progress('the erasures are complete; waiting for the broker to delete segments');
  await flushLogs(stack);
  await untilRecorded(stack);
  const after = await readTrees(stack.clickhouse);
  const readAfter = await readThroughVault(stack, decisions, await readBoxes(stack.clickhouse));
  const tokensOfErased = await countTokens(stack, people);

  progress('replaying the topics as they were before');
  const replay = await startCanaryStack(progress, {
    settings: { ...SETTINGS, DOCKET_TRIM_INTERVAL_MS: '0' },
    without: UNUSED,
    vault: { url: stack.urls.vault, files: stack.secrets.vault },
    prepare: (brokers) => fillTopics(brokers, copied),
  });
  stacks.push(replay);
  await untilRecorded(replay);
  const replayed = await readTrees(replay.clickhouse);
  const replayBoxes = await readBoxes(replay.clickhouse);
  const readAfterReplay = await readThroughVault(stack, decisions, replayBoxes);
  const remains = breakVaults([join(stack.dataDir, 'vault'), offsite]);
  const stolenAfter = tryBoxes(decisions, boxes, remains.boxKeys);

  progress('searching every file');
  await replay.stop();
  const searched = await countFound(stack, search);
  await stack.stop();
  return {
    subjects: people.length,
    erased: options.erase,
    decisions: decisions.length,
    stolenBefore,
    stolenAfter,
    readBefore,
    readAfter,
    readAfterReplay,
    foundBefore: foundBefore.found,
    foundAfter: searched.found,
    searchedBytes: searched.bytes,
    oldKeksLeft: countKeksLeft(stack, offsite, broken, remains),
    trees: compareTrees(before, after),
    replayTrees: compareTrees(before, replayed),
    proofs: proveAll(after),
    certificates,
    tokensOfErased,
    durationS: 0,
  };
}

/** Decisions by the SDK, labels by people, and for each who is erased a record that cannot be read. */
async function record(
  stack: CanaryStack,
  people: readonly Person[],
  decisions: readonly DecisionAboutPeople[],
): Promise<void> {
  const log = await openRawLog(stack.brokers);
  for (const { subject } of people.filter(({ isErased }) => isErased)) {
    const value = Buffer.concat([randomBytes(12), Buffer.from(`spoiled, about ${subject}`)]);
    await log.append(inputOf('decision').topic, { key: Buffer.from('acme|spoiled'), value });
  }
  await log.close();
  const enforcers = await Promise.all(
    [1, 2, 3].map((number) =>
      createEnforcer({
        brokers: [stack.brokers],
        tenant: 'acme',
        enforcer: { id: `erasure-${number}` },
        service: 'aviary',
        enforcementPoint: 'APPLICATION',
        maxQueued: decisions.length + 1,
      }),
    ),
  );
  for (const [index, { report }] of decisions.entries()) enforcers[index % enforcers.length]?.record(report);
  await Promise.all(enforcers.map((enforcer) => enforcer.close()));
  await untilRecorded(stack);
}

async function untilRecorded({ log, clickhouse }: CanaryStack): Promise<void> {
  const ends = await readLogEnds(log);
  const shortfall = () => readShortfall(clickhouse, ends).catch(() => -1);
  await until('everything is recorded', async () => (await shortfall()) === 0);
}

/** A search for every secret of the erased, and for themselves. */
function searchFor(people: readonly Person[], decisions: readonly DecisionAboutPeople[]) {
  const gone = decisions.filter((decision) => decision.people.some(({ isErased }) => isErased));
  const texts = [
    ...gone.flatMap(({ secrets }) => secrets),
    ...people.filter(({ isErased }) => isErased).map(({ subject }) => subject),
  ];
  return createByteSearch(texts.flatMap((text, id) => patternsOf(id, [text])));
}

async function countFound(
  stack: CanaryStack,
  search: ReturnType<typeof createByteSearch>,
): Promise<{ found: number; bytes: number; where: string[] }> {
  const places: Places = new Map();
  await searchTables(places, 'tables', stack.clickhouse, search);
  searchFiles(places, stack.dataDir, (file) => file.split('/').slice(0, 3).join('/'), search);
  const found = new Set([...places.values()].flatMap((place) => [...place.found.keys()]));
  const bytes = [...places.values()].reduce((sum, place) => sum + place.bytes, 0);
  const where = [...places].filter(([, place]) => place.found.size > 0).map(([name]) => name);
  return { found: found.size, bytes, where };
}

/** Tokens that can still be made of people who were erased. */
async function countTokens(stack: CanaryStack, people: readonly Person[]): Promise<number> {
  const vault = vaultOf(stack, 'auditor');
  let tokens = 0;
  for (const { subject, isErased } of people)
    if (isErased && (await vault.lookUp('acme', subject)) !== null) tokens++;
  return tokens;
}

/** KEKs that wrapped the erased, and are still in some file. */
function countKeksLeft(
  stack: CanaryStack,
  offsite: string,
  before: BrokenVaults,
  after: BrokenVaults,
): number {
  const left = new Set(after.keks.map((kek) => kek.toString('hex')));
  const old = before.keks.filter((kek) => !left.has(kek.toString('hex')));
  if (old.length === 0) return before.keks.length;
  const search = createByteSearch(old.map((bytes, id) => ({ id, bytes, isNumber: false })));
  const places: Places = new Map();
  for (const directory of [stack.dataDir, offsite]) searchFiles(places, directory, () => 'files', search);
  return new Set([...places.values()].flatMap(({ found }) => [...found.keys()])).size;
}
