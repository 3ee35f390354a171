/** Kinds of words beside a number or a key that tell what it is. */
export const CUE = { phone: 1, ssn: 2, secret: 4 } as const;
export const EVERY_CUE = CUE.phone | CUE.ssn | CUE.secret;

/** Units around it in which such a word may stand; wider than in match-cue.ts, as an extension may be in between. */
const REACH = 72;
/** Places are kept while they are few; a text full of cues has one everywhere. */
const MAX_PLACES = 64;
const places = new Int32Array(MAX_PLACES);
const kinds = new Uint8Array(MAX_PLACES);
let count = 0;
let everywhere = 0;

/** To be called before each text. */
export function forgetCues(): void {
  count = 0;
  everywhere = 0;
}

/** Notes that a cue of these kinds ends at `at`; places must come in text order. */
export function noteCue(at: number, kind: number): void {
  if (count < MAX_PLACES) {
    places[count] = at;
    kinds[count++] = kind;
  } else {
    everywhere |= kind;
  }
}

/** The kinds of cues near what stands from `start` to `end`. */
export function cuesNear(start: number, end: number): number {
  let near = everywhere;
  for (let at = 0; at < count && (places[at] as number) < end + REACH; at++) {
    if ((places[at] as number) >= start - REACH) near |= kinds[at] as number;
  }
  return near;
}
