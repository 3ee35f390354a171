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

/** Below the ports that outgoing connections take for themselves (from 32,768 on), so that none of them takes one. */
const FIRST_PORT = 10_240;
const PORTS_PER_PROCESS = 64;
const BLOCKS = 340;
let taken = 0;

/**
 * A port of 127.0.0.1 that was free a moment ago. Processes that run at the same time choose from blocks of their own,
 * and a process gives none out twice before it has given out all, so that what is chosen is there when it is used.
 * Throws an Error when every port of the block is in use.
 */
export async function freePort(): Promise<number> {
  const first = FIRST_PORT + (process.pid % BLOCKS) * PORTS_PER_PROCESS;
  for (let tries = 0; tries < PORTS_PER_PROCESS; tries++) {
    const port = first + (taken++ % PORTS_PER_PROCESS);
    if (await isPortFree(port)) return port;
  }
  throw new Error(
    `All ports from ${first} to ${first + PORTS_PER_PROCESS - 1} of ${LOOPBACK} are in use. Stop what listens there.`,
  );
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
