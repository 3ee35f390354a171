import { createRandom } from '../support/random.ts';

const SUBJECTS = [
  'the request',
  'the prompt',
  'the answer of the assistant',
  'a tool call to the billing service',
  'the retrieved document',
  'the customer’s last message',
  'the summary for the agent on duty',
];
const VERBS = [
  'was held against',
  'stayed well below the threshold of',
  'touches a topic that is covered by',
  'matched two phrases listed in',
  'was passed on unchanged under',
  'is close to the limit set by',
];
const OBJECTS = [
  'the rule on medical advice',
  'the consent given at sign-up',
  'the list of restricted regions',
  'the spending limit of this tenant',
  'the policy on internal documents',
  'the classifier for unsafe content',
  'the retention rule for support chats',
];
const REMARKS = [
  'No further rule applied.',
  "The tenant's own layer agrees.",
  'A stricter rule exists, but it is not active in this region yet.',
  'The score moved by less than a tenth since the last version, so the earlier outcome stands.',
  'An agent can lift this within the shift; after that it has to go through review.',
  'Evaluated with the bundle that was activated this morning.',
  'Two of three signals were missing and were taken as neutral.',
];

/**
 * Personal data of nobody: reserved domains, numbers set aside for films, the card that manuals print. The engine that
 * is compared with us stores them as they are.
 */
const PERSONAL: readonly ((random: () => number) => string)[] = [
  (random) => `Asked by customer-${digits(random, 4)}@example.com.`,
  (random) => `Call back at +44 20 7946 0${digits(random, 3)}.`,
  () => 'The prompt holds card 4111 1111 1111 1111.',
];

/** Texts of an event, drawn from one seeded source. */
export interface Texts {
  /** One to four sentences of prose, with personal data in the given share of them. */
  rationale(personalShare: number): string;
  resource(): string;
}

export function createTexts(random: () => number): Texts {
  const pick = <T>(items: readonly T[]): T => pickOf(random, items);
  return {
    rationale: (personalShare) => {
      const sentences = [`${capital(pick(SUBJECTS))} ${pick(VERBS)} ${pick(OBJECTS)}.`];
      for (let further = Math.floor(random() * 4); further > 0; further--) sentences.push(pick(REMARKS));
      if (random() < personalShare) sentences.push(pick(PERSONAL)(random));
      return sentences.join(' ');
    },
    resource: () => `${pick(SUBJECTS)} in conversation ${digits(random, 6)}`,
  };
}

/** One of the items. Throws RangeError when there is none. */
export function pickOf<T>(random: () => number, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('there is nothing to pick from');
  return item;
}

/** Random bytes from a seed, many at a time: asking for each byte would take longer than encoding the event. */
export function createByteSource(seed: number): (length: number) => Buffer {
  const random = createRandom(seed);
  return (length) => {
    const bytes = Buffer.allocUnsafe(length);
    for (let at = 0; at < length; at += 4) bytes.writeUInt32LE(Math.floor(random() * 2 ** 32), at);
    return bytes;
  };
}

function digits(random: () => number, count: number): string {
  return String(Math.floor(random() * 10 ** count)).padStart(count, '0');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
