import type { CountryCode } from 'libphonenumber-js/core';
import type { KeyPattern } from './key-patterns.ts';

/** What the redactor looks for, as data. Read it with parseRuleset; the shape is that of `config/redaction.yaml`. */
export interface Ruleset {
  readonly version: 1;
  readonly detectors: {
    readonly 'private-key': Detector;
    readonly 'url-credential': Detector;
    readonly 'bearer-token': Detector;
    readonly jwt: Detector;
    readonly 'api-key': Detector & { readonly keys: readonly KeyPattern[] };
    readonly 'secret-assignment': Detector & SecretNames;
    readonly 'secret-in-context': Detector;
    readonly iban: Detector & {
      readonly countries: readonly string[];
      readonly validators: readonly 'mod-97'[];
    };
    readonly card: Detector & {
      readonly issuers: readonly string[];
      readonly validators: readonly ('issuer' | 'luhn')[];
    };
    readonly ssn: Detector;
    readonly email: Detector;
    readonly ip: Detector;
    readonly phone: Detector & { readonly regions: readonly CountryCode[] };
  };
  readonly masks: Masks;
  readonly allow: AllowList;
  /** What single tenants have beside the rest, by tenant id. */
  readonly tenants: Readonly<Record<string, TenantAdditions>>;
}

interface Detector {
  readonly enabled: boolean;
}

/** Names whose values are secrets: `names` count at the end of longer ones as well, `words` only alone; `-` is any sign. */
export interface SecretNames {
  readonly names: readonly string[];
  readonly words: readonly string[];
}

/** What is taken out of JSON whole: by place (RFC 6901 with `*` for any key and `-` for any index) or by key. */
export interface Masks {
  readonly pointers: readonly string[];
  readonly names: readonly string[];
}

/** What is found and stays: values as they are written, and mail addresses of these hosts. */
export interface AllowList {
  readonly values: readonly string[];
  readonly mailHosts: readonly string[];
}

interface TenantAdditions {
  readonly keys: readonly KeyPattern[];
  readonly masks: Masks;
  readonly allow: AllowList;
}
