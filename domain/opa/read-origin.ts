import type { Decision, EnforcementPoint } from '../contract/events.ts';
import { fitsSafeGrammar, toSafeGrammar } from '../contract/safe-grammar.ts';
import { parseUuid, uuidFromText } from '../contract/uuid.ts';
import { fieldOf, type JsonObject, objectOf, textOf } from './read-json.ts';

const ENFORCEMENT_POINTS: Readonly<Record<EnforcementPoint, true>> = {
  EDGE: true,
  NETWORK: true,
  SERVICE: true,
  APPLICATION: true,
  DATA: true,
  CI_CD: true,
  ADMISSION: true,
  SERVERLESS: true,
};
const MODES: Readonly<Record<Decision['mode'], true>> = { ENFORCE: true, SHADOW: true, DRY_RUN: true };
/** The handler's time is what the caller waited; the evaluation's is all that there is without OPA's HTTP server. */
const LATENCY_TIMERS = ['timer_server_handler_ns', 'timer_rego_query_eval_ns'];

/**
 * OPA's decision id; where there is none, one from what stays the same when OPA sends the event again. Never from
 * the payload: an id is public, and a digest of what was asked can be guessed.
 */
export function identify(
  event: JsonObject,
  enforcerId: string,
): { bytes: Uint8Array; original: string | null } {
  const given = textOf(event, 'decision_id');
  if (given !== '') {
    const bytes = parseUuid(given);
    return bytes === null ? { bytes: uuidFromText(given), original: given } : { bytes, original: null };
  }
  const requestNumber = fieldOf(event, 'req_id');
  const stable = [enforcerId, textOf(event, 'timestamp'), textOf(event, 'path'), String(requestNumber ?? '')];
  return { bytes: uuidFromText(stable.join('\0')), original: null };
}

/** Where the decision was made, from the operator's labels. */
export function placeOf(
  labels: JsonObject | null,
): Pick<Decision, 'enforcement_point' | 'service' | 'environment' | 'region'> {
  return {
    enforcement_point: symbolOf(ENFORCEMENT_POINTS, textOf(labels, 'enforcement_point')) ?? 'SERVICE',
    service: codeOf(labels, 'service') || 'opa',
    environment: codeOf(labels, 'environment'),
    region: codeOf(labels, 'region'),
  };
}

/** The field as the nearest code; empty if it is no text. */
export function codeOf(object: JsonObject | null, name: string): string {
  return toSafeGrammar(textOf(object, name));
}

function symbolOf<Symbol extends string>(
  symbols: Readonly<Record<Symbol, true>>,
  text: string,
): Symbol | null {
  const name = text.toUpperCase().replaceAll('-', '_');
  return Object.hasOwn(symbols, name) ? (name as Symbol) : null;
}

/** What the caller waited, in microseconds, at least 1; null when no timer says. */
export function latencyOf(metrics: JsonObject | null): number | null {
  const times = LATENCY_TIMERS.map((name) => fieldOf(metrics, name));
  // A timer that was started and never stopped reads 0.
  const ns = times.find(
    (time): time is number => typeof time === 'number' && Number.isFinite(time) && time > 0,
  );
  return ns === undefined ? null : Math.max(1, Math.round(ns / 1000));
}

/** The header is the caller's: anything that is no id is not carried over. */
export function requestIdOf(event: JsonObject): string {
  const http = objectOf(fieldOf(objectOf(fieldOf(event, 'request_context')), 'http'));
  const headers = objectOf(fieldOf(http, 'headers')) ?? {};
  const name = Object.keys(headers).find((key) => key.toLowerCase() === 'x-request-id');
  const value = name === undefined ? undefined : headers[name];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && fitsSafeGrammar(first) ? first : '';
}

/** An id of so many bytes; null if it is none, or all zeros, which W3C says is none. */
export function hexOf(event: JsonObject, name: string, bytes: number): Buffer | null {
  const text = textOf(event, name);
  const isId = new RegExp(`^[0-9a-fA-F]{${bytes * 2}}$`).test(text) && !/^0+$/.test(text);
  return isId ? Buffer.from(text, 'hex') : null;
}

/** OPA's error: its code, and its words as text. */
export function errorOf(error: unknown): Decision['error'] {
  const object = objectOf(error);
  const code = toSafeGrammar(textOf(object, 'code'));
  const message = typeof error === 'string' ? error.toWellFormed() : textOf(object, 'message');
  return { class: code || 'opa_error', message };
}

/** Whether the operator labelled the instance as one that only looks on. */
export function modeOf(labels: JsonObject | null): Decision['mode'] {
  return symbolOf(MODES, textOf(labels, 'mode')) ?? 'ENFORCE';
}
