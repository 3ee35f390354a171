/** A service that was heard of. */
export interface ServiceReading {
  readonly tenant: string;
  readonly service: string;
  /** Somebody other than its enforcer has counted its requests. */
  readonly observed: boolean;
  /** A heartbeat came lately, and every heartbeat says that there was nothing to decide. */
  readonly idle: boolean;
}
