import type { TestEvent } from 'node:test/reporters';

export interface RunSummary {
  readonly passed: number;
  readonly files: readonly { readonly file: string; readonly durationMs: number }[];
}

/** A reporter whose only output is a RunSummary as JSON: how many tests passed, and how long each file took. */
export default async function* summariseRun(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  const files: RunSummary['files'][number][] = [];
  for await (const { type, data } of events) {
    if (type === 'test:pass' && data.details.type !== 'suite' && data.skip === undefined) passed++;
    if (type === 'test:summary' && data.file !== undefined)
      files.push({ file: data.file, durationMs: data.duration_ms });
  }
  yield JSON.stringify({ passed, files } satisfies RunSummary);
}
