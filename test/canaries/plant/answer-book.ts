/** Every answer that was given over HTTP, to be searched when all canaries are known. */
export interface AnswerBook {
  /** Asks, and keeps status, headers and body. */
  ask(what: string, url: string, options?: RequestInit): Promise<{ status: number; text: string }>;
  /** What was kept, by kind of request. */
  readonly kept: ReadonlyMap<string, readonly Buffer[]>;
}

const TIMEOUT_MS = 30_000;

/** An empty one. */
export function openAnswerBook(): AnswerBook {
  const kept = new Map<string, Buffer[]>();
  return {
    kept,
    ask: async (what, url, options = {}) => {
      const answer = await fetch(url, {
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...options,
      });
      const text = await answer.text();
      const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}\n`).join('');
      const answers = kept.get(what) ?? [];
      answers.push(Buffer.from(`${headers}\n${text}`));
      kept.set(what, answers);
      return { status: answer.status, text };
    },
  };
}
