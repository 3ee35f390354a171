/** What the evaluation plants. `key` is every secret that is not part of a URL's authority. */
export const ENTITIES = ['email', 'card', 'iban', 'ssn', 'ip', 'key', 'phone', 'url-credential'] as const;
export type Entity = (typeof ENTITIES)[number];

export const LOCALES = ['en-US', 'en-GB', 'de', 'fr', 'es', 'it', 'nl', 'pt-BR', 'pl', 'ja'] as const;
export type LocaleId = (typeof LOCALES)[number];

export const CARRIERS = ['prose', 'json', 'log', 'url', 'stack', 'code'] as const;
export type CarrierId = (typeof CARRIERS)[number];

/** A value before it stands in a text: the part to find, and what may stay around it (`Bearer `, a host, a port). */
export interface Item {
  readonly entity: Entity;
  /** The kind of value and its spelling, as `visa 4-4-4-4`: figures are counted by it. */
  readonly form: string;
  readonly before: string;
  readonly value: string;
  readonly after: string;
  /** True when nothing but a word beside it tells the value from another number or string. */
  readonly needsCue: boolean;
}

/** A value as it stands in a document. */
export interface Planted {
  readonly entity: Entity;
  readonly form: string;
  /** The value itself, as its owner would write it. */
  readonly value: string;
  /** The same as this document spells it: escaped by its carrier, or disguised. */
  readonly text: string;
  /** UTF-16 offset of `text` in the document. */
  readonly start: number;
  /** The template around it. */
  readonly template: string;
  readonly evasion: string | undefined;
}

/** Something that identifies nobody, in a clean document. */
export interface Fact {
  readonly form: string;
  /** As it stands in the document, if it stands in one. */
  readonly text: string;
}

export interface EvalDocument {
  readonly kind: 'plain' | 'evasion' | 'clean';
  readonly locale: LocaleId;
  readonly carrier: CarrierId;
  readonly text: string;
  /** In text order; empty for clean documents. */
  readonly planted: readonly Planted[];
  /** Only clean documents keep count of them. */
  readonly facts: readonly Fact[];
}
