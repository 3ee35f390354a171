/** Bytes that requests hold at once, up to a bound. */
export interface ByteBudget {
  /** A share that grows with its request and is given back at once. */
  open(): ByteShare;
  bytesInFlight(): number;
  /** Resolves when nothing is held, or after so long. */
  drained(timeoutMs: number): Promise<void>;
}

export interface ByteShare {
  /** Whether there is room for so many more; if not, nothing is taken. */
  take(bytes: number): boolean;
  release(): void;
}

const POLL_MS = 20;

/** A budget of so many bytes: what makes overload an answer and not a crash. */
export function createByteBudget(maxBytes: number): ByteBudget {
  let inFlight = 0;
  let open = 0;
  return {
    open: () => {
      open++;
      let held = 0;
      let isOpen = true;
      return {
        take: (bytes) => {
          if (!isOpen || inFlight + bytes > maxBytes) return false;
          held += bytes;
          inFlight += bytes;
          return true;
        },
        release: () => {
          if (!isOpen) return;
          isOpen = false;
          open--;
          inFlight -= held;
        },
      };
    },
    bytesInFlight: () => inFlight,
    drained: async (timeoutMs) => {
      const deadline = Date.now() + timeoutMs;
      while (open > 0 && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
  };
}
