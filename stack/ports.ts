import { createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** What a port is for, and how somebody chooses another one. */
export interface PortUse {
  readonly port: number;
  /** Such as "Kafka". */
  readonly purpose: string;
  /** The flag or variable that changes it, such as "DOCKET_KAFKA_PORT". */
  readonly changedBy: string;
}

/** Whether nothing listens on this port of 127.0.0.1. Any failure but "in use" or "not allowed" is thrown. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * A port of 127.0.0.1 that was free a moment ago. Somebody may take it before it is used: callers that cannot
 * live with that must bind port 0 themselves.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: LOOPBACK }, () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** The sentence for a port that is taken: which, what for, and what to do. */
export function takenPortError(use: PortUse): Error {
  return new Error(
    `Port ${use.port} of ${LOOPBACK}, wanted for ${use.purpose}, is taken by another process. ` +
      `Stop that process, or choose another port with ${use.changedBy}.`,
  );
}

/** Throws takenPortError when the port is in use. */
export async function requireFreePort(use: PortUse): Promise<void> {
  if (!(await isPortFree(use.port))) throw takenPortError(use);
}
