/** How a region's numbers look. In masks `x` is any digit, in formats `#` the next digit of the national number. */
export interface PhonePlan {
  readonly callingCode: string;
  /** National significant numbers: ranges kept for fiction where there are some, else around the examples in libphonenumber. */
  readonly numbers: readonly string[];
  /** Written with separators: any reader sees a phone number. `0` is the trunk prefix. */
  readonly national: readonly string[];
  /** Without separators, so only a word beside it tells. */
  readonly compact: string;
  /** Digits of an international form, after the calling code. */
  readonly international: readonly string[];
}
