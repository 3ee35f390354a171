import { parseArgs } from 'node:util';
import type { Evaluation } from './evaluation.ts';
import * as redaction from './redaction/evaluate-redaction.ts';

const EVALUATIONS: Readonly<Record<string, Evaluation>> = { redaction };

const USAGE = `npm run eval -- <evaluation> [options]

${Object.entries(EVALUATIONS)
  .map(([name, { summary }]) => `  ${name.padEnd(14)} ${summary}`)
  .join('\n')}

  --seed N       the same seed makes the same documents (1)
  --documents N  how many (20000)
  --json         the last line of the output is one JSON object

Ends with 0 whatever the figures are: they are the result.`;

const { evaluation, seed, documents, json } = readOptions();
const figures = evaluation.run({ seed, documents, say: (line) => console.log(line) });
if (json) console.log(JSON.stringify(figures));

/** Ends the process when the options cannot be used, or only help is asked for. */
function readOptions() {
  if (process.argv.includes('--help')) {
    console.log(USAGE);
    process.exit(0);
  }
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        seed: { type: 'string', default: '1' },
        documents: { type: 'string', default: '20000' },
        json: { type: 'boolean', default: false },
      },
    });
    const [name = '', ...rest] = positionals;
    const found = Object.hasOwn(EVALUATIONS, name) && rest.length === 0 ? EVALUATIONS[name] : undefined;
    if (found === undefined) throw new Error(`No such evaluation: ${JSON.stringify(positionals.join(' '))}`);
    return {
      evaluation: found,
      seed: wholeNumber('seed', values.seed),
      documents: wholeNumber('documents', values.documents),
      json: values.json,
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : 'The options cannot be read.'}\n\n${USAGE}`);
    process.exit(2);
  }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${name} must be a whole number above 0; it is ${JSON.stringify(text)}`);
}
