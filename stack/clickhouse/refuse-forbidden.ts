import { notImplemented } from './clickhouse-error.ts';
import type { Token } from './tokenize-sql.ts';

/** Outside a server nothing confines these to a folder or a user's rights. */
const REACHING_OUT = new Set([
  'FILE',
  'FILECLUSTER',
  'EXECUTABLE',
  'URL',
  'URLCLUSTER',
  'S3',
  'SQLITE',
  'REMOTE',
]);
/** What CREATE, DROP, ALTER and SHOW cannot be about: the engine has no users. */
const ACCESS_CONTROL = new Set([
  'USER',
  'USERS',
  'ROLE',
  'ROLES',
  'ROW',
  'QUOTA',
  'QUOTAS',
  'GRANTS',
  'PROFILE',
  'PROFILES',
]);

const ABOUT_OBJECTS = new Set(['CREATE', 'DROP', 'ALTER', 'SHOW']);
const BEFORE_OBJECT = new Set(['OR', 'REPLACE', 'IF', 'NOT', 'EXISTS', 'CURRENT', 'SETTINGS']);

/** Throws ClickHouseError 48, naming what the embedded engine cannot do or must not be asked to. */
export function refuseForbidden(head: string, tokens: readonly Token[]): void {
  tokens.forEach((token, index) => {
    const next = tokens[index + 1];
    if (REACHING_OUT.has(token.keyword) && next?.text === '(' && tokens[index - 1]?.text !== '.') {
      throw notImplemented(`${token.text}(…)`);
    }
    if (token.keyword === 'INTO' && next?.keyword === 'OUTFILE') throw notImplemented('INTO OUTFILE');
    if (token.keyword === 'FROM' && next?.keyword === 'INFILE') throw notImplemented('FROM INFILE');
    if (token.keyword === 'ON' && next?.keyword === 'CLUSTER' && token.depth === 0)
      throw notImplemented('ON CLUSTER');
  });
  if (!ABOUT_OBJECTS.has(head)) return;
  const about = tokens.slice(1).find((token) => !BEFORE_OBJECT.has(token.keyword))?.keyword ?? '';
  if (ACCESS_CONTROL.has(about)) throw notImplemented(`${head} ${about}`);
}
