/** One sample of a gauge. */
export interface GaugeSample {
  readonly gauge: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A gauge as it is announced, whether or not it has a sample. */
export interface AnnouncedGauge {
  readonly name: string;
  readonly help: string;
}

/** Samples are put together in pieces, as one text of all of them could be longer than a string may be. */
const SAMPLES_OF_A_PIECE = 50_000;

/**
 * Gauges in the text format 0.0.4 of Prometheus, in the order given: each announced by HELP and TYPE, its samples right
 * after it. Samples of other gauges are left out. No series may stand twice among the samples. It is what prom-client
 * writes of the same gauges, at a fraction of the cost: a name with its value is escaped once, however many series
 * carry it.
 */
export function renderGauges(gauges: readonly AnnouncedGauge[], samples: readonly GaugeSample[]): Buffer {
  const byGauge = new Map<string, GaugeSample[]>(gauges.map(({ name }) => [name, []]));
  for (const sample of samples) byGauge.get(sample.gauge)?.push(sample);
  const textOf = labelTexts();
  const pieces: Buffer[] = [];
  for (const { name, help } of gauges) {
    pieces.push(Buffer.from(`# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} gauge\n`));
    const own = byGauge.get(name) ?? [];
    for (let from = 0; from < own.length; from += SAMPLES_OF_A_PIECE) {
      let text = '';
      for (const { labels, value } of own.slice(from, from + SAMPLES_OF_A_PIECE)) {
        text += `${name}${textOf(labels)} ${valueText(value)}\n`;
      }
      pieces.push(Buffer.from(text));
    }
  }
  return Buffer.concat(pieces);
}

function labelTexts(): (labels: GaugeSample['labels']) => string {
  const pairs = new Map<string, Map<string, string>>();
  const pairOf = (name: string, value: string): string => {
    let ofName = pairs.get(name);
    if (ofName === undefined) {
      ofName = new Map();
      pairs.set(name, ofName);
    }
    let pair = ofName.get(value);
    if (pair === undefined) {
      pair = `${name}="${escapeValue(value)}"`;
      ofName.set(value, pair);
    }
    return pair;
  };
  return (labels) => {
    let text = '';
    for (const name in labels) {
      const pair = pairOf(name, labels[name] ?? '');
      text += text === '' ? pair : `,${pair}`;
    }
    return text === '' ? '' : `{${text}}`;
  };
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

function valueText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}
