/** What must become of what was planted; each of these can be looked up. */
export type Fate =
  | 'recorded'
  | 'quarantined'
  | 'duplicate'
  /** Refused to its sender: by the SDK before it was sent, or by an HTTP answer. */
  | 'refused'
  /** Taken from OPA and recorded as a rejection, without its content. */
  | 'rejected'
  /** A request that was answered, whatever it asked. */
  | 'answered';

/** One event, record or request with canaries in it. */
export interface PlantedEvent {
  readonly route: string;
  /** Any of these will do. */
  readonly fates: readonly Fate[];
  /** How many canaries it carries. */
  readonly canaries: number;
  /** Where it was appended, as `topic/partition/offset`, or its own id, or its trace id; null when it was answered for. */
  readonly key: string | null;
  /** What its sender was told, where that decides. */
  readonly told: Fate | null;
}
