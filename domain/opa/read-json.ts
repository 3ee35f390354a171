export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object; null for anything else, an array included. */
export function objectOf(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** An own field of an object that came from JSON; undefined where there is none, whatever its prototype has. */
export function fieldOf(object: JsonObject | null, name: string): unknown {
  return object !== null && Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The field as well-formed text; empty for anything that is no text. */
export function textOf(object: JsonObject | null, name: string): string {
  const value = fieldOf(object, name);
  return typeof value === 'string' ? value.toWellFormed() : '';
}
