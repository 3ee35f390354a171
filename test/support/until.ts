/** Ends what hangs; far beyond what a slow and busy machine takes, so that slowness alone fails nothing. */
export const HANG_TIMEOUT_MS = 180_000;
const POLL_MS = 50;

/** Polls until a condition holds. Throws an Error that names it when the wait is hopeless. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = HANG_TIMEOUT_MS,
): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(`waited ${timeoutMs / 1000} s in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
