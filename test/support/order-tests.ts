/** Levels of tests, those with the longest files first; anything else comes after them. */
const LEVELS = ['test/chaos/', 'test/e2e/', 'test/integration/', 'test/contract/', 'domain/'] as const;

/**
 * Files of tests in the order in which they are best begun: a long one that is begun last keeps everybody waiting while
 * the other places are empty. Within a level by name.
 */
export function longestFirst(files: readonly string[]): string[] {
  const levelOf = (file: string) => {
    const index = LEVELS.findIndex((level) => file.startsWith(level));
    return index === -1 ? LEVELS.length : index;
  };
  return [...files].sort((a, b) => levelOf(a) - levelOf(b) || (a < b ? -1 : 1));
}
