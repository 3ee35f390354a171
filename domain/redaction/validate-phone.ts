import {
  type CountryCode,
  getCountries,
  type MetadataJson,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/min/metadata';

/** Beyond this many parses in one text, what looks like a number is taken for one: bounded, and never let pass. */
const MAX_PARSES = 2_000;

/** Says whether a candidate is a phone number; counts its parses, so one is made for each text. */
export interface PhoneValidator {
  /** For `+…`, `(+…` and `00…` forms: a country code and a length that this country has. */
  international(candidate: string): boolean;
  /** For national forms: a number of one of the regions. */
  national(candidate: string): boolean;
}

/** A validator over libphonenumber's smallest metadata, for one text. */
export function createPhoneValidator(regions: readonly CountryCode[]): PhoneValidator {
  let parses = 0;
  const parse = (candidate: string, accept: 'isPossible' | 'isValid', region?: CountryCode): boolean => {
    if (++parses > MAX_PARSES) return true;
    const options = region === undefined ? { extract: false } : { defaultCountry: region, extract: false };
    return parsePhoneNumberFromString(candidate, options, metadata as MetadataJson)?.[accept]() ?? false;
  };
  return {
    international: (candidate) => parse(toPlus(candidate), 'isPossible'),
    national: (candidate) => regions.some((region) => parse(candidate, 'isValid', region)),
  };
}

/** Whether two letters are those of a region that has telephone numbers. */
export function isPhoneRegion(code: string): boolean {
  return getCountries(metadata as MetadataJson).some((country) => country === code);
}

/** The metadata themselves, for the digest: their own `version` is that of the format, not of the content. */
export function phoneMetadataText(): string {
  return JSON.stringify(metadata);
}

/** `00` and `(+` become `+`, and a trunk zero in brackets goes: the form the metadata describes. */
function toPlus(candidate: string): string {
  const plain = candidate.replace(/^(?:\(?\+\(?|00)/, '').replace('(0)', '');
  // Mexico dropped the 1 of its mobile numbers in 2019; messengers still write it.
  return `+${plain.replace(/^52[ -]?1[ -]?(?=\d)/, '52')}`;
}
