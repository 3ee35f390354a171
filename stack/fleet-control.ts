/** What the fleet says of itself over its control port. */
export interface FleetStats {
  /** Events that Kafka or the gateway acknowledged, by topic. */
  readonly sent: Readonly<Record<string, number>>;
  readonly scenario: string;
}

/** Reads the fleet's counts; null while it does not answer. */
export async function readFleetStats(fleetUrl: string): Promise<FleetStats | null> {
  try {
    const response = await fetch(`${fleetUrl}/stats`, { signal: AbortSignal.timeout(2_000) });
    return response.ok ? ((await response.json()) as FleetStats) : null;
  } catch {
    return null;
  }
}

/** Asks the fleet to stop making events and to flush; resolves with its final counts. Throws if it does not. */
export async function stopPlaying(fleetUrl: string): Promise<FleetStats> {
  const response = await fetch(`${fleetUrl}/stop-playing`, {
    method: 'POST',
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new Error(`The fleet did not stop playing (HTTP ${response.status}).`);
  return (await response.json()) as FleetStats;
}
