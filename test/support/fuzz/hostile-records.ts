import { inputOf } from '../../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../../domain/contract/registry.ts';
import { frameSingleObject } from '../../../domain/contract/wire.ts';
import type { RecordingRules } from '../../../domain/recording/recording-rules.ts';
import { createRecordJudge } from '../../../services/recorder/judge-records.ts';
import { freshHistory } from '../fresh-history.ts';
import { NO_KEYS, PATIENT } from '../memory-vault.ts';
import { sampleDecision } from '../sample-events.ts';

const TEXT_BYTES = 256 * 1024;
const MAX_ITEMS = 65_536;
const TIMES = 3;

/** What a text can be full of that comes near to something: beginnings, separators, and things that hold each other. */
const FILLINGS = [
  ...[
    'a',
    'a ',
    '1 ',
    '1',
    '1-',
    '12 ',
    '+1 ',
    '(1',
    '1.',
    '1.1.1.1 ',
    '1:',
    'a:',
    ':',
    '::',
    'f:',
    ': ',
    '=',
  ],
  ...['@', 'a@', '@a.', 'a@b.', '"', '"a@', 'a.', '://', 'a://', 'a://a:', '://@', '/', '//', '\\', '\\"'],
  ...[
    'eyJ',
    'eyJa.',
    'eyJaaaaaaaa.',
    'bearer ',
    'bearer aaaaaa ',
    'authorization: ',
    'authorization: digest ',
  ],
  ...[
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN ',
    'password=',
    'pass=',
    'token: ',
    'secret="',
    'key=\\"',
    'key:&a=',
  ],
  ...[
    'sk-',
    'AKIA',
    'ghp_',
    'SG.a.',
    'xoxa-',
    'hooks.slack.com/services/',
    'DE',
    'DE89 3704 ',
    '4111 ',
    '4111-1111-',
  ],
  ...[
    'ä',
    '\u200b',
    '1\u200b',
    'e\u0301',
    '😀',
    '\u0301',
    '４',
    'ſ',
    '日',
    '@日',
    'a\n',
    '\n',
    '\u0000',
    '[IP]',
    '[EMAIL]@',
  ],
];

interface HostileRecord {
  readonly name: string;
  /** @param share how much of the most that fits: 0 to 1 */
  readonly make: (share: number) => Buffer;
}

/** Decisions made to take long: full of near-matches, of items, of codes that the dictionaries do not know. */
export function makeHostileRecords(registry: SchemaRegistry): HostileRecord[] {
  const schema = registry.newest('decision');
  const onTime = { decided_at: Date.UTC(2026, 2, 1) * 1000 };
  const decision = (changes: object) =>
    frameSingleObject(schema, schema.encode({ ...sampleDecision(onTime), ...changes }));
  const texts = FILLINGS.map((filling) => ({
    name: `a text full of ${JSON.stringify(filling)}`,
    make: (share: number) =>
      decision({ rationale: filling.repeat((TEXT_BYTES * share - 8) / Buffer.byteLength(filling)) }),
  }));
  const list = <T>(share: number, item: (index: number) => T) =>
    Array.from({ length: Math.floor(MAX_ITEMS * share) }, (_, index) => item(index));
  return [
    ...texts,
    {
      name: '65,536 empty rules',
      make: (share) =>
        decision({ rules: list(share, () => ({ id: '', layer: null, effect: '', overridden: false })) }),
    },
    {
      name: 'rules with ids of their own',
      make: (share) =>
        decision({
          rules: list(share, (index) => ({ id: `r${index}`, layer: 'a', effect: 'b', overridden: true })),
        }),
    },
    {
      name: 'rules, the last of which does not fit',
      make: (share) =>
        decision({
          rules: list(share, (index) => ({ id: `r${index}`, layer: null, effect: '', overridden: true })),
          service: 'not a code',
        }),
    },
    {
      name: 'sorted attributes without values',
      make: (share) =>
        decision({ attributes: list(share, (index) => ({ key: sortedKey(index), value: '' })) }),
    },
    {
      name: 'attributes with an e-mail address each',
      make: (share) =>
        decision({
          attributes: list(share * 0.3, (index) => ({ key: sortedKey(index), value: 'a@b.example' })),
        }),
    },
    { name: 'subjects', make: (share) => decision({ erasable: erasable(list(share, () => '')) }) },
    {
      name: 'one large input',
      make: (share) => decision({ erasable: erasable([], 'ä'.repeat(500_000 * share)) }),
    },
  ];
}

/** CPU time that judging a record takes on its own thread, microseconds: the least of some. */
export async function timeRecord(rules: RecordingRules, value: Buffer): Promise<number> {
  const input = inputOf('decision');
  const judge = createRecordJudge(input, { topic: input.topic, partition: 0 }, rules, NO_KEYS);
  const record = {
    topic: input.topic,
    partition: 0,
    offset: 0,
    appendMs: Date.UTC(2026, 2, 1),
    key: null,
    origin: null,
    value,
    bytes: value.length,
  };
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < TIMES; time++) {
    const before = process.threadCpuUsage();
    await judge([record], freshHistory(), async () => new Map(), PATIENT);
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, user + system);
  }
  return least;
}

function sortedKey(index: number): string {
  return index.toString(36).padStart(4, '0');
}

function erasable(subjects: readonly string[], input: string | null = null): object {
  return { salt: Buffer.alloc(16, 1), subjects, principal: null, input, output: null };
}
