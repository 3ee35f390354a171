import type { Random } from './random.ts';

/** Share of rationales that quote something personal, as real ones do: what is recorded shows that it is redacted. */
const PERSONAL_SHARE = 0.06;

/**
 * Personal data of nobody: reserved domains, numbers set aside for films, addresses set aside for documentation,
 * the card and IBAN that manuals print, random tokens.
 */
const PERSONAL: readonly ((random: Random) => string)[] = [
  (random) => `asked by customer-${random.whole(1000, 9999)}@example.com`,
  (random) => `call back at +44 20 7946 0${random.whole(100, 999)}`,
  () => 'prompt holds card 4111 1111 1111 1111',
  () => 'refund to DE89 3704 0044 0532 0130 00',
  (random) => `seen from 203.0.113.${random.whole(1, 254)}`,
  (random) => `header was Authorization: Bearer ${random.hex(40)}`,
];

/** One of the reasons in words, now and then with a quotation that must not be recorded as it is. */
export function composeRationale(random: Random, reasons: readonly string[]): string {
  const reason = random.pick(reasons);
  return random.chance(PERSONAL_SHARE) ? `${reason}; ${random.pick(PERSONAL)(random)}` : reason;
}
