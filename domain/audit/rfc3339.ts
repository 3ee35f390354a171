const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/**
 * Milliseconds since 1970 of an RFC 3339 time; digits finer than a millisecond are cut. Null if the text is none,
 * names a day that does not exist (30 February), or lies outside of 1970–2105, which no recorded time does.
 */
export function parseRfc3339(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHours, offsetMinutes] = match;
  const local = Date.UTC(+`${year}`, +`${month}` - 1, +`${day}`, +`${hour}`, +`${minute}`, +`${second}`);
  const asWritten = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  // Date.UTC rolls 30 February over into March; what does not come back as it was written does not exist.
  if (new Date(local).toISOString() !== asWritten) return null;
  if (+(offsetHours ?? 0) > 23 || +(offsetMinutes ?? 0) > 59) return null;
  const offsetMs = (sign === '-' ? -1 : 1) * (+(offsetHours ?? 0) * 60 + +(offsetMinutes ?? 0)) * 60_000;
  const ms = local - offsetMs + Number(fraction.padEnd(3, '0').slice(0, 3));
  return ms >= 0 && ms < Date.UTC(2106, 0) ? ms : null;
}
