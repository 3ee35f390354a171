/** Longest id of a subject, in UTF-16 units; no honest one comes near it. */
const MAX_SUBJECT_LENGTH = 1024;

/**
 * The one form of a subject's id in which the vault knows it: NFC, without space around it. Case is kept: ids of many
 * systems differ by it. Null where there is none: empty, too long, or not valid Unicode.
 */
export function normaliseSubject(subject: string): string | null {
  if (subject.length > MAX_SUBJECT_LENGTH || !subject.isWellFormed()) return null;
  const normalised = subject.normalize('NFC').trim();
  return normalised === '' ? null : normalised;
}
