const RFC_3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
const MICROS_DIGITS = 6;

/**
 * Microseconds since 1970 of an RFC 3339 time; finer digits are cut off, so that a time never moves into the future.
 * Null if the text is none, or names a day or a second that does not exist (30 February, :60). May be negative.
 */
export function microsFromRfc3339(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const [, date, time, fraction = '', sign, hours = '0', minutes = '0'] = match;
  const localMs = Date.parse(`${date}T${time}Z`);
  // Date.parse rolls 30 February over into March: what does not come back as it was written does not exist.
  if (Number.isNaN(localMs) || !new Date(localMs).toISOString().startsWith(`${date}T${time}`)) return null;
  const offsetMs = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return (localMs - offsetMs) * 1000 + Number(fraction.padEnd(MICROS_DIGITS, '0').slice(0, MICROS_DIGITS));
}
