import { Buffer } from 'node:buffer';
import { partKeys } from './create-rules.ts';
import { type ByteGate, isPlainText } from './gate-bytes.ts';
import type { Ruleset } from './ruleset.ts';

const FIRST_NON_ASCII = 0x80;

/** The byte gate for a ruleset: that of all texts, and for keys that the ruleset adds their hints as well. */
export function createPlainGate(ruleset: Ruleset): ByteGate {
  const tenants = Object.values(ruleset.tenants);
  const keys = [...ruleset.detectors['api-key'].keys, ...tenants.flatMap((tenant) => tenant.keys)];
  const hints = partKeys(keys).others.flatMap(({ hints: all }) => all.map((hint) => Buffer.from(hint)));
  if (hints.length === 0) return isPlainText;
  return (bytes, start, end) => isPlainText(bytes, start, end) && !mayHold(bytes, start, end, hints);
}

/** A sign beyond ASCII may fold to a part of a hint: then only a closer look tells. */
function mayHold(bytes: Uint8Array, start: number, end: number, hints: readonly Buffer[]): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte >= FIRST_NON_ASCII) return true;
    if (hints.some((hint) => byte === hint[0] && startsAt(bytes, at, end, hint))) return true;
  }
  return false;
}

function startsAt(bytes: Uint8Array, at: number, end: number, hint: Buffer): boolean {
  if (at + hint.length > end) return false;
  for (let index = 1; index < hint.length; index++) if (bytes[at + index] !== hint[index]) return false;
  return true;
}
