import { isScalar, parseDocument, visit } from 'yaml';

const WAITS = new Set(['group_wait', 'group_interval', 'repeat_interval']);
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Alertmanager refuses a repeat or an interval of 0. */
const MIN_MS = 100;

/**
 * Alertmanager's configuration (YAML) for a stack in which time runs `timescale` times as fast: waits shrink, and every
 * webhook goes to `webhookUrl`, its path kept, so that the receiver still shows which route was taken.
 */
export function scaleRoutes(
  text: string,
  { timescale, webhookUrl }: { readonly timescale: number; readonly webhookUrl: string },
): string {
  const document = parseDocument(text);
  visit(document, {
    Pair: (_, pair) => {
      const { key, value } = pair;
      if (!isScalar(key) || !isScalar(value) || typeof value.value !== 'string') return;
      if (WAITS.has(String(key.value))) value.value = scaleDuration(value.value, timescale);
      if (key.value === 'url') value.value = webhookUrl + new URL(String(value.value)).pathname;
    },
  });
  return document.toString();
}

function scaleDuration(text: string, timescale: number): string {
  const match = /^(\d+)([smhd])$/.exec(text);
  const unitMs = UNIT_MS[match?.[2] ?? ''];
  if (match === null || unitMs === undefined) throw new Error(`${text} is no duration that can be scaled`);
  const ms = Number(match[1]) * unitMs;
  return ms === 0 ? '0s' : `${Math.max(MIN_MS, Math.round(ms / timescale))}ms`;
}
