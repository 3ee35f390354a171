const POLL_MS = 100;

/** Polls until it holds or the time is over; says which. Throws when interrupted. */
export async function waitFor(
  holds: () => boolean | Promise<boolean>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const giveUpAtMs = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > giveUpAtMs) return false;
    await pause(POLL_MS, signal);
  }
  return true;
}

/** Waits. Rejects when interrupted. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', interrupted);
      resolve();
    }, ms);
    const interrupted = () => {
      clearTimeout(timer);
      reject(new Error('interrupted'));
    };
    signal?.addEventListener('abort', interrupted, { once: true });
  });
}
