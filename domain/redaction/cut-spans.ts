import type { Span } from './rule.ts';

/**
 * Joins overlapping spans; the strongest rule (lowest rank) names the whole. What a weaker rule saw beyond the
 * stronger one's edge is cut as well: nothing found ever stays because something else was found, too.
 *
 * @returns disjoint spans in text order
 */
export function joinSpans(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = joined.at(-1);
    if (last === undefined || span.start >= last.end) {
      joined.push(span);
    } else {
      const [end, rank] = [Math.max(last.end, span.end), Math.min(last.rank, span.rank)];
      joined[joined.length - 1] = { start: last.start, end, rank };
    }
  }
  return joined;
}

/** Replaces disjoint, sorted spans by the marker of their rank. */
export function cutSpans(text: string, spans: readonly Span[], markerOf: (rank: number) => string): string {
  let out = '';
  let kept = 0;
  for (const span of spans) {
    out += text.slice(kept, span.start) + markerOf(span.rank);
    kept = span.end;
  }
  return out + text.slice(kept);
}
