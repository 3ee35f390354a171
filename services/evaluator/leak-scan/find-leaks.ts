import { Buffer } from 'node:buffer';
import { seeUnexcused } from '../../../domain/final-gate/excuse-forms.ts';
import type { SourceRedactor } from '../../../domain/recording/redact-at-source.ts';

/** The texts of one stored field: several where it is repeated. */
export interface StoredText {
  readonly path: string;
  readonly texts: readonly string[];
}

interface Found {
  readonly path: string;
  readonly rule: string;
  readonly count: number;
}

/** What stands in for the rule where the redactor gave up on a text. */
export const UNREADABLE_RULE = 'unreadable';

/** What is still to be found in stored texts: by path and rule, how often. */
export function findLeaks(
  fields: readonly StoredText[],
  redactor: SourceRedactor,
  tenantId: string,
): Found[] {
  return fields.flatMap(({ path, texts }) => {
    const counts = new Map<string, number>();
    for (const text of texts)
      for (const [rule, count] of findIn(text, redactor, tenantId))
        counts.set(rule, (counts.get(rule) ?? 0) + count);
    return [...counts].map(([rule, count]) => ({ path, rule, count }));
  });
}

function findIn(text: string, redactor: SourceRedactor, tenantId: string): [rule: string, count: number][] {
  try {
    const { findings } = redactor.redact(text, tenantId);
    if (findings.length > 0) return findings.map(({ rule, count }) => [rule, count]);
  } catch {
    return [[UNREADABLE_RULE, 1]];
  }
  const bytes = Buffer.from(text, 'utf8');
  const seen = seeUnexcused(bytes, 0, bytes.length, redactor.judgeAgain, tenantId);
  return seen === null ? [] : [[seen, 1]];
}
