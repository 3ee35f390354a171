import type { Entity } from '../document.ts';

/** What people of one locale write around values. */
export interface Locale {
  /** What a kind of value is called in a sentence. */
  readonly labels: Readonly<Record<Entity, readonly string[]>>;
  /** Sentences with `{label}` and `{value}`. */
  readonly cued: readonly string[];
  /** Sentences with `{value}` alone. */
  readonly neutral: readonly string[];
  /** Sentences around a phone number. */
  readonly calls: readonly string[];
  /** Sentences without any value, for between. */
  readonly filler: readonly string[];
  /** Sentences with `{fact}`, which identifies nobody. */
  readonly facts: readonly string[];
  /** Local forms of a day, `{y}` `{m}` `{d}`, and of a price: thousands and hundreds are filled in. */
  readonly day: readonly string[];
  readonly price: (whole: number, cents: string) => string;
}

/** Groups of three digits from the right. */
export function groupThousands(whole: number, separator: string): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, separator);
}
