import { CODE_LINES, LOG_LINES, RECORDS } from './clean-lines.ts';
import { PROSE } from './clean-prose.ts';
import type { Draw } from './draw.ts';

type Compose = (draw: Draw) => string;

/** A form in which texts come. Its pieces name nobody; they are joined to make a document. */
export interface Carrier {
  readonly pieces: readonly Compose[];
  readonly separator: string;
  /** What goes around a value to make a piece of it. */
  readonly frames: readonly (readonly [string, string])[];
  /** What goes around words that fill a document up to its size. */
  readonly filling: readonly [string, string];
}

/** Every carrier has the same share of a mix. */
export const CARRIERS: Readonly<Record<string, Carrier>> = {
  prose: {
    pieces: PROSE,
    separator: ' ',
    frames: [
      ['The first message gave ', ' and nothing else.'],
      ['Asked twice, the caller named ', ', which is on file.'],
      ['Please use ', ' from now on.'],
    ],
    filling: ['Also ', '.'],
  },
  json: {
    pieces: RECORDS,
    separator: '\n',
    frames: [
      ['{"kind":"note","detail":"', '","final":true}'],
      ['{"input":{"text":"reach me under ', '"},"turn":3}'],
    ],
    filling: ['{"text":"', '"}'],
  },
  logs: {
    pieces: LOG_LINES,
    separator: '\n',
    frames: [
      ['2026-03-02T10:15:04.120Z WARN intake cannot route message from ', ' to any queue'],
      ['level=error caller=form.go:88 msg="field refused" got="', '"'],
    ],
    filling: ['DEBUG ', ''],
  },
  code: {
    pieces: CODE_LINES,
    separator: '\n',
    frames: [
      ["const sample = '", "';"],
      ['// seen in staging: ', ''],
      ['assert parse("', '") is not None'],
    ],
    filling: ['// ', ''],
  },
};
