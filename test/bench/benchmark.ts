/** An option of a benchmark: a number, for `--name <number>`. */
interface NumberOption {
  readonly default: number;
  readonly help: string;
}

/** One run of a benchmark, as it sees the command line. */
export interface BenchRun {
  /** The value of an option that the benchmark declares. */
  readonly number: (option: string) => number;
  /** A line for people, at once. */
  readonly say: (line: string) => void;
  /** What is to be stopped and removed, whether the run ends, fails or is interrupted. */
  readonly resources: AsyncDisposableStack;
}

export interface Benchmark {
  /** One line: what it measures. */
  readonly summary: string;
  readonly options: Readonly<Record<string, NumberOption>>;
  /** Prints its tables and resolves with the figures that `--json` prints. */
  readonly run: (run: BenchRun) => Promise<object>;
}
