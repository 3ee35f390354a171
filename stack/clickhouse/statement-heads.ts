const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** First words of statements that only read, and answer with rows. */
export const WITH_ROWS = words('SELECT WITH FROM ( SHOW DESCRIBE DESC EXPLAIN EXISTS CHECK');
/** Those of other statements that take FORMAT and SETTINGS at their end. */
export const WITH_OUTPUT = words('CREATE DROP ALTER TRUNCATE RENAME EXCHANGE OPTIMIZE ATTACH DETACH');
/** Those of statements that take SETTINGS only, or not even those. */
export const BARE = words('DELETE SYSTEM UNDROP');
