/** What every evaluation is run with. */
export interface EvalOptions {
  readonly seed: number;
  readonly documents: number;
  readonly say: (line: string) => void;
}

/** One evaluation of `npm run eval`: prints its tables and gives back its figures. */
export interface Evaluation {
  readonly summary: string;
  readonly run: (options: EvalOptions) => object;
}
