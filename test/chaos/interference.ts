/** What can be done to one statement on its way. */
export type Interference =
  /** Carried out; the connection is cut before the answer reaches the client. */
  | { readonly kind: 'cut-answer' }
  /** Half of the body arrives, then both ends are cut. */
  | { readonly kind: 'cut-request' }
  /** Carried out late; the client waits. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The client is cut off at once, and the statement carried out late: the insert of somebody given up for dead. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Refused, and never carried out. */
  | { readonly kind: 'error-before'; readonly code: number }
  /** Carried out, and yet answered with an error. */
  | { readonly kind: 'error-after'; readonly code: number }
  /** Only to see the comparison fail: carried out twice. */
  | { readonly kind: 'replay' }
  /** Only to see the comparison fail: acknowledged, and never carried out. */
  | { readonly kind: 'swallow' };

export interface Upstream {
  readonly port: number;
}

/** What is interfered with: any statement, any insert, or only inserts of decisions. */
export type StatementKind = 'anything' | 'inserts' | 'decisions';
