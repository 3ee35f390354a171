import { Buffer } from 'node:buffer';
import type { AvroType, RecordField } from '../avro/schema.ts';
import { fitsSafeGrammar } from '../contract/safe-grammar.ts';
import { seeUnexcused } from '../final-gate/excuse-forms.ts';
import { BLANKED_BYTES, FINAL_GATE_RULE, type GateRule, seeKey, seeLeak } from '../final-gate/final-gate.ts';
import { MAX_EVENT_TEXT_UNITS } from '../recording/redact-event.ts';
import { END_OF_TIME_US, MAX_TEXT_BYTES } from '../recording/validate-event.ts';
import { isPlainCode } from '../redaction/gate-bytes.ts';
import type { TextRedactor } from '../redaction/text-redactor.ts';
import { FixedCells, TextCells, UuidCells } from './byte-cells.ts';
import { ByteCells, DoubleCells, IntCells, LongCells } from './cells.ts';
import { CodeBook, CodeCells, KnownCodes } from './code-cells.ts';
import type { EventRow } from './event-row.ts';
import type { EventRules, ReadPart } from './read-part.ts';
import type { TableColumn } from './table-column.ts';
import { isWellFormed, textOf, unusual } from './wire-reader.ts';

const INT_END = 2 ** 31;
/** So long a text at most may be one that recurs. */
const RECURRING_BYTES = 16;
/** Leads of UTF-8 sequences from here on have four bytes. */
const FIRST_OF_FOUR = 0xf0;

/**
 * Compiles how one value goes from the wire into its cell, judged on the way as decoding, validation and redaction
 * do: what they would refuse, and what is in an unusual form, throws UnusualRecord.
 */
export function compileCell(
  type: AvroType,
  field: RecordField,
  path: string,
  column: TableColumn,
  rules: EventRules,
): ReadPart {
  const read = compileValue(type, field, path, column, rules);
  const { nulls } = column;
  return nulls === null ? read : notingPresence(read, nulls);
}

function notingPresence(read: ReadPart, nulls: ByteCells): ReadPart {
  return (wire, row) => {
    read(wire, row);
    nulls.push(0);
  };
}

function compileValue(
  type: AvroType,
  field: RecordField,
  path: string,
  { cells, name }: TableColumn,
  rules: EventRules,
): ReadPart {
  if (type.kind === 'enum' && cells instanceof CodeCells) return compileEnum(type.symbols, cells);
  if (type.kind === 'string' && field.fieldClass === 'text' && cells instanceof TextCells)
    return compileText(path, cells, rules);
  if (type.kind === 'string' && field.fieldClass === 'safe' && cells instanceof CodeCells)
    return compileCode(cells, rules.requiredPaths.has(path));
  if (type.kind === 'string' && field.fieldClass === 'safe' && cells instanceof TextCells)
    return compileManyValued(cells, rules.requiredPaths.has(path));
  if (type.kind === 'boolean' && cells instanceof ByteCells) return (wire) => cells.push(wire.readFlag());
  if (type.kind === 'int' && cells instanceof IntCells) return (wire) => cells.push(wire.readIndex(INT_END));
  if (type.kind === 'long' && cells instanceof LongCells)
    return type.logicalType === null
      ? (wire) => cells.push(wire.readLong())
      : (wire) => cells.push(wire.readIndex(END_OF_TIME_US));
  if (type.kind === 'double' && cells instanceof DoubleCells) return compileDouble(cells);
  if (type.kind === 'fixed' && (cells instanceof FixedCells || cells instanceof UuidCells))
    return (wire) => {
      const start = wire.take(type.size);
      cells.push(wire.bytes, start);
    };
  throw new Error(`columns: ${path} (${type.kind}) does not fit column ${name}`);
}

function compileEnum(symbols: readonly string[], cells: CodeCells): ReadPart {
  const codes = new KnownCodes(cells.book, symbols);
  return (wire) => cells.push(codes.at(wire.readIndex(symbols.length)));
}

/** A code that recurs: judged by its dictionary when it is seen for the first time. */
function compileCode(cells: CodeCells, required: boolean): ReadPart {
  return (wire) => {
    const start = wire.take(wire.readLength());
    if (required && start === wire.at) unusual();
    const code = cells.book.codeOf(wire.bytes, start, wire.at);
    if (code < 0) unusual();
    cells.push(code);
  };
}

/** A code that is another one in every record. */
function compileManyValued(cells: TextCells, required: boolean): ReadPart {
  return (wire) => {
    const start = wire.take(wire.readLength());
    const { bytes, at: end } = wire;
    if (required && start === end) unusual();
    if (seeKey(bytes, start, end) !== null) unusual();
    if (!isPlainCode(bytes, start, end)) {
      if (!isWellFormed(bytes, start, end) || !fitsSafeGrammar(textOf(bytes, start, end))) unusual();
    }
    cells.push(bytes, start, end);
  };
}

function compileDouble(cells: DoubleCells): ReadPart {
  const bytes = new Uint8Array(8);
  const value = new Float64Array(bytes.buffer);
  return (wire) => {
    const start = wire.take(8);
    for (let index = 0; index < 8; index++) bytes[index] = wire.bytes[start + index] as number;
    const read = value[0] as number;
    // −0 is recorded as 0, so its bytes are not the canonical ones.
    if (!Number.isFinite(read) || Object.is(read, -0)) unusual();
    cells.push(read);
  };
}

/**
 * Free text: plain prose is told by its bytes, all else is read by the redactor. What is about to be stored then has
 * to pass the final gate, or is blanked. Short texts recur (a channel, a team): one that passed all of it passes again.
 */
function compileText(path: string, cells: TextCells, { redactor, tenantOf }: EventRules): ReadPart {
  const { judgeAgain } = redactor;
  const store = (row: EventRow, fieldStart: number, sentEnd: number, text: Uint8Array) => {
    cells.push(text, 0, text.length);
    row.body.replaceText(fieldStart, sentEnd, text);
  };
  const blank = (row: EventRow, fieldStart: number, sentEnd: number, rule: GateRule) => {
    row.found(path, FINAL_GATE_RULE, 1);
    row.leaked(path, rule);
    store(row, fieldStart, sentEnd, BLANKED_BYTES);
  };
  const recurring = new CodeBook((value) => {
    const bytes = Buffer.from(value, 'utf8');
    // What stands for bytes that are no text is not what they were.
    if (value.includes('\ufffd') || !redactor.isPlainText(bytes, 0, bytes.length)) return false;
    return seeLeak(bytes, 0, bytes.length) === null;
  });
  return (wire, row) => {
    const fieldStart = wire.at;
    const start = wire.take(wire.readLength());
    const { bytes, at: end } = wire;
    if (end - start > MAX_TEXT_BYTES) unusual();
    const isKnown = end - start <= RECURRING_BYTES && recurring.codeOf(bytes, start, end) >= 0;
    // Its numbers are not kept, so it may forget at any time.
    if (isKnown) recurring.trim();
    if (isKnown || redactor.isPlainText(bytes, start, end)) {
      // A record no longer than the limit cannot pass it, whatever its letters: then bytes will do.
      row.textUnits += wire.length > MAX_EVENT_TEXT_UNITS ? unitsOf(bytes, start, end) : end - start;
      if (row.textUnits > MAX_EVENT_TEXT_UNITS) unusual();
      const seen = isKnown ? null : seeUnexcused(bytes, start, end, judgeAgain, tenantOf);
      if (seen === null) cells.push(bytes, start, end);
      else blank(row, fieldStart, end, seen);
      return;
    }
    if (!isWellFormed(bytes, start, end)) unusual();
    const text = textOf(bytes, start, end);
    row.textUnits += text.length;
    if (row.textUnits > MAX_EVENT_TEXT_UNITS) unusual();
    const redacted = redactOrGiveUp(redactor, text, tenantOf());
    for (const finding of redacted.findings) row.found(path, finding.rule, finding.count);
    const isSame = redacted.text === text;
    const kept = isSame ? bytes.subarray(start, end) : Buffer.from(redacted.text, 'utf8');
    const seen = seeUnexcused(kept, 0, kept.length, judgeAgain, tenantOf);
    if (seen !== null) blank(row, fieldStart, end, seen);
    else if (isSame) cells.push(bytes, start, end);
    else store(row, fieldStart, end, kept);
  };
}

/** UTF-16 units of well-formed text: one for each sequence, two for each of four bytes. */
function unitsOf(bytes: Uint8Array, start: number, end: number): number {
  let units = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if ((byte & 0xc0) !== 0x80) units += byte < FIRST_OF_FOUR ? 1 : 2;
  }
  return units;
}

function redactOrGiveUp(
  redactor: TextRedactor,
  text: string,
  tenantId: string,
): ReturnType<TextRedactor['redact']> {
  try {
    return redactor.redact(text, tenantId);
  } catch {
    return unusual();
  }
}
