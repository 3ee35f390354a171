import { createHash } from 'node:crypto';

/**
 * A small seeded generator: sfc32 (C. Doty-Humphrey, PractRand), its 128 bits of state taken from SHA-256 of the
 * seed's parts. Any event can so be made by itself, from its coordinates alone, without those before it.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor(...parts: readonly (string | number)[]) {
    const state = createHash('sha256')
      .update(JSON.stringify(['docket-fleet/1', ...parts]))
      .digest();
    this.#a = state.readUInt32LE(0);
    this.#b = state.readUInt32LE(4);
    this.#c = state.readUInt32LE(8);
    this.#counter = state.readUInt32LE(12);
  }

  /** Uniform in [0, 1), 32 bits fine. */
  next(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return (result >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number from `minimum` to `maximum`, both included. */
  whole(minimum: number, maximum: number): number {
    return minimum + Math.floor(this.next() * (maximum - minimum + 1));
  }

  /** One of the items. Throws RangeError when there is none. */
  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new RangeError('there is nothing to pick from');
    return item;
  }

  /** One of the keys, each as likely as its share of the sum of weights. */
  weighted<Key extends string>(weights: Readonly<Partial<Record<Key, number>>>): Key {
    const entries = Object.entries(weights) as [Key, number][];
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    throw new RangeError('no weight is above 0');
  }

  /** Log-normal with this median; `sigma` is the standard deviation of its logarithm (Box and Muller's transform). */
  lognormal(median: number, sigma: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
    return median * Math.exp(sigma * normal);
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => Math.floor(this.next() * 256)));
  }

  hex(digits: number): string {
    return this.bytes(Math.ceil(digits / 2))
      .toString('hex')
      .slice(0, digits);
  }
}
