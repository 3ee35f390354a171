import type { RejectionReason } from './ports.ts';

/** What the gateway reports of itself, after the fact and per request, never per event. */
export interface GatewayReport {
  /** The log has them. */
  accepted(subject: string, events: number): void;
  /** A rejection is in the log; `events` is null where nobody can know how many it was. */
  rejected(reason: RejectionReason, events: number | null): void;
}
