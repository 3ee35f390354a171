/** What is wrong with an event beyond its types: the field, and what is wanted. Never a value. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}
