/** How a canary travels: what it may be found in afterwards depends on it. */
type Route = 'kafka' | 'sdk' | 'gateway' | 'opa' | 'query';

/** What a field is to the contract; `outside` is what no schema knows: keys, headers, unknown fields, requests. */
export type PlaceClass = 'text' | 'safe' | 'token' | 'erasable' | 'outside';

/** An invented value that stands nowhere else in the world, and where it was planted. */
export interface Canary {
  readonly id: number;
  readonly kind: CanaryKind;
  /** How it is written: `plain`, `percent`, `base64` … */
  readonly spelling: string;
  /** What is planted: the value in a phrase, encoded if the spelling says so. */
  readonly text: string;
  /** Parts of the value of which none may be found, however it is written. */
  readonly cores: readonly string[];
  readonly route: Route;
  readonly place: string;
  readonly placeClass: PlaceClass;
  /** The topic it was appended to by hand; null when a part of Docket sent it. */
  readonly topic: string | null;
}

export const CANARY_KINDS = [
  'email',
  'card',
  'iban',
  'ssn',
  'ipv4',
  'ipv6',
  'phone',
  'key',
  'announced',
  'jwt',
  'url-credential',
] as const;
export type CanaryKind = (typeof CANARY_KINDS)[number];

/** What a `safe` field's grammar must refuse: values with signs that no code has, and keys that are told by their form. */
export const REFUSED_KINDS: readonly CanaryKind[] = ['email', 'key', 'jwt', 'url-credential'];
