import { INPUTS } from '../../domain/contract/inputs.ts';
import { readLogEnds, readShortfall } from '../../stack/log-offsets.ts';
import { rawDecision } from '../support/raw-records.ts';
import { until } from '../support/until.ts';
import { type Account, accountFor } from './account-for.ts';
import type { Canary } from './canary.ts';
import { type CanaryStack, startCanaryStack } from './canary-stack.ts';
import { openAnswerBook } from './plant/answer-book.ts';
import { plantAll } from './plant-all.ts';
import { readEverything } from './read-everything.ts';
import { createByteSearch } from './search/byte-search.ts';
import { patternsOf } from './search/patterns-of.ts';
import { type Places, searchBytes, searchFiles, searchTables } from './search/search-places.ts';
import { supplyCanaries } from './supply-canaries.ts';

export interface CanaryOptions {
  readonly count: number;
  readonly seed: number;
  /** Keeps the stack's files. */
  readonly keepData: boolean;
  readonly progress: (line: string) => void;
}

/** A canary that stands where it must not. */
export interface Leak {
  readonly canary: Canary;
  readonly place: string;
  /** Table, file or kind of answer. */
  readonly part: string;
}

export interface CanaryResult {
  readonly planted: number;
  /** Canaries found where none may be; each counts once. */
  readonly found: number;
  readonly leaks: readonly Leak[];
  readonly account: Account;
  readonly places: Places;
  /** Canaries in texts that went through the SDK, and how many of these are in the raw topics all the same. */
  readonly sdkTexts: number;
  readonly sdkTextsInRawTopics: number;
  /** Whether a canary that was put into the store behind the system's back was found in its rows and in its files. */
  readonly searchWorks: boolean;
  readonly kills: number;
  readonly durationS: number;
  readonly dataDir: string | null;
}

/** The canary of the self-test: of no event, so its id is none of theirs. */
const SELF_TEST_ID = -1;
const SELF_TEST_CORE = 'selftestcanaryqxzjvk';
/** Topics that any sender fills: what they hold is what was sent, until it is trimmed. */
const RAW_SUBJECTS: ReadonlySet<string> = new Set([
  'decision',
  'request-tally',
  'policy-change',
  'label',
  'enforcement-outcome',
  'incident',
  'slo-adjustment',
]);
const LEAST_PLACES = [
  'tables',
  'store files',
  'store files, decompressed',
  'logs',
  'answer: metrics',
  'answer: pages',
];

/** Whether a run showed what it should. */
export function isClean(result: CanaryResult): boolean {
  return (
    result.found === 0 && result.account.unaccounted.length === 0 && isSearched(result) && result.searchWorks
  );
}

/** Whether there was something to search in every kind of place. */
export function isSearched({ places, planted }: CanaryResult): boolean {
  const rawFound = [...places].some(([place, { found }]) => place.startsWith('raw ') && found.size > 0);
  return planted > 0 && rawFound && LEAST_PLACES.every((place) => (places.get(place)?.bytes ?? 0) > 0);
}

/** One whole run: stack, planting under disturbance, search. */
export async function runCanaries(options: CanaryOptions): Promise<CanaryResult> {
  const startedMs = performance.now();
  const stack = await startCanaryStack(options.progress);
  options.progress(`everything runs in ${stack.dataDir}`);
  try {
    const result = await plantAndSearch(stack, options);
    const durationS = Math.round((performance.now() - startedMs) / 100) / 10;
    const dataDir = options.keepData ? stack.dataDir : null;
    return { ...result, durationS, dataDir };
  } finally {
    await stack.stop();
    if (!options.keepData) await stack.remove();
  }
}

async function plantAndSearch(
  stack: CanaryStack,
  { count, seed, progress }: CanaryOptions,
): Promise<CanaryResult> {
  const supply = supplyCanaries(count, seed);
  const answers = openAnswerBook();
  const { events, kills } = await plantAll(stack, supply, answers, progress);
  progress(`${supply.planted.length} canaries are planted in ${events.length} events and requests; waiting`);
  await untilRecorded(stack);
  const account = await accountFor(events, stack.clickhouse);
  await readEverything(stack, answers);
  await untilRecorded(stack);

  progress('searching tables and answers');
  const search = createByteSearch([
    ...supply.planted.flatMap(({ id, cores }) => patternsOf(id, cores)),
    ...patternsOf(SELF_TEST_ID, [SELF_TEST_CORE]),
  ]);
  const places: Places = new Map();
  for (const [what, kept] of answers.kept) {
    for (const answer of kept) searchBytes(places, `answer: ${what}`, what, answer, search);
  }
  await searchTables(places, 'tables', stack.clickhouse, search);
  const selfTest: Places = new Map();
  await stack.clickhouse.insertRows('decisions', [
    rawDecision(Date.now(), { topic: 'self-test', rationale: `see ${SELF_TEST_CORE}@example.com` }),
  ]);
  await searchTables(selfTest, 'tables', stack.clickhouse, search);
  progress('searching files');
  await stack.stop();
  searchFiles(places, stack.dataDir, placeOf, search);
  return conclude(supply.planted, places, selfTest, account, kills);
}

async function untilRecorded({ log, clickhouse }: CanaryStack): Promise<void> {
  const ends = await readLogEnds(log);
  const shortfall = () => readShortfall(clickhouse, ends).catch(() => -1);
  await until('everything is recorded', async () => (await shortfall()) === 0);
}

/** The kind of place that a file of the stack's directory is. */
function placeOf(file: string): string {
  const partition = /^kafka\/log\/(.+)-\d+\//.exec(file)?.[1];
  if (partition !== undefined) {
    const input = INPUTS.find(({ topic }) => topic === partition);
    if (input === undefined) return 'topics of Kafka itself';
    return RAW_SUBJECTS.has(input.subject) ? `raw topic ${input.topic}` : `topic ${input.topic}`;
  }
  if (file.endsWith('.log') && !file.startsWith('kafka/log/')) return 'logs';
  if (file.startsWith('clickhouse/')) return 'store files';
  return file.startsWith('kafka/') ? 'topics of Kafka itself' : 'other files';
}

function conclude(
  planted: readonly Canary[],
  places: Places,
  selfTest: Places,
  account: Account,
  kills: number,
): CanaryResult {
  const leaks: Leak[] = [];
  for (const [place, { found }] of places) {
    if (place.startsWith('raw ')) continue;
    for (const [id, part] of found) {
      const canary = planted[id];
      // What was appended to a topic of ours by hand stands there as any sender's record does.
      if (canary !== undefined && place !== `topic ${canary.topic}`) leaks.push({ canary, place, part });
    }
  }
  const sdkTexts = planted.filter(({ route, placeClass }) => route === 'sdk' && placeClass === 'text');
  const raw = new Set(
    [...places].flatMap(([place, { found }]) => (place.startsWith('raw ') ? [...found.keys()] : [])),
  );
  const knows = (where: Places, place: string) => where.get(place)?.found.has(SELF_TEST_ID) === true;
  return {
    planted: planted.length,
    found: new Set(leaks.map(({ canary }) => canary.id)).size,
    leaks,
    account,
    places,
    sdkTexts: sdkTexts.length,
    sdkTextsInRawTopics: sdkTexts.filter(({ id }) => raw.has(id)).length,
    searchWorks: knows(selfTest, 'tables') && knows(places, 'store files, decompressed'),
    kills,
    durationS: 0,
    dataDir: null,
  };
}
