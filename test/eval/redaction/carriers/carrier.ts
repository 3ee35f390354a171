/** How a value must be written to stand where it stands. */
export type Spelling =
  | 'none'
  | 'json'
  | 'json-ascii'
  | 'json-twice'
  | 'uri'
  | 'uri-twice'
  | 'uri-raw'
  | 'form';

/**
 * A line of a document. `{message}` becomes a sentence that holds the value, `{field}` and `{value}` the value with
 * its name, `{fact}` something clean; the rest, as `{time}` or `{uuid}`, is drawn anew each time.
 */
export interface Template {
  readonly name: string;
  readonly text: string;
  readonly spelling: Spelling;
}

/** The lines of one kind of document, and what may stand between two of them. */
export interface Carrier {
  readonly templates: readonly Template[];
  readonly joins: readonly string[];
}
