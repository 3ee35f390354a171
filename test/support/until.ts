/** Ends what hangs; far beyond what a slow and busy machine takes, so that slowness alone fails nothing. */
export const HANG_TIMEOUT_MS = 180_000;
/** What was waited for long is looked at less often: looking takes time from what it waits for. */
const MIN_POLL_MS = 30;
const MAX_POLL_MS = 300;

/** Polls until a condition holds. Throws an Error that names it when the wait is hopeless. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = HANG_TIMEOUT_MS,
): Promise<void> {
  const startedAt = Date.now();
  while (!(await holds())) {
    const waitedMs = Date.now() - startedAt;
    if (waitedMs > timeoutMs) throw new Error(`waited ${timeoutMs / 1000} s in vain until ${what}`);
    const pollMs = Math.min(MAX_POLL_MS, Math.max(MIN_POLL_MS, waitedMs / 10));
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
