/** So many times as long as a step took, the loop rests after it: the store belongs to the recorder first. */
const REST_TIMES = 2;

/**
 * Runs `step` again and again, never twice at once: at once when it answers that there is more to do, else `everyMs`
 * later, or later still where the step took long. Errors go to `failed`, and the loop goes on. `stop` lets the running
 * step end.
 */
export function startLoop(
  step: () => Promise<{ readonly more: boolean }>,
  everyMs: number,
  failed: (error: unknown) => void,
): { stop(): Promise<void> } {
  const stopped = Promise.withResolvers<void>();
  let stopping = false;
  const run = async (): Promise<void> => {
    while (!stopping) {
      const startedMs = performance.now();
      const more = await step().then(
        (result) => result.more,
        (error: unknown) => {
          failed(error);
          return false;
        },
      );
      const restMs = Math.max(everyMs, REST_TIMES * (performance.now() - startedMs));
      if (!more && !stopping) await Promise.race([pause(restMs), stopped.promise]);
    }
  };
  const running = run();
  return {
    stop: () => {
      stopping = true;
      stopped.resolve();
      return running;
    },
  };
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, durationMs).unref();
  });
}
