import { readdirSync, readFileSync } from 'node:fs';
import { createRegistry, type SchemaRegistry } from '../domain/contract/registry.ts';

const RELEASED = new URL('./released/', import.meta.url);

/**
 * Reads `schemas/released/` once. Every part of Docket takes its schemas and ids from here, so no look-up is needed
 * on the recording path. Throws an Error that names the file if one is malformed, or if there are none.
 */
export function loadReleasedSchemas(): SchemaRegistry {
  const names = readdirSync(RELEASED).filter((name) => name.endsWith('.avsc'));
  if (names.length === 0) throw new Error('schemas/released/ holds no schema; is the checkout complete?');
  return createRegistry(names.map((name) => ({ name, bytes: readFileSync(new URL(name, RELEASED)) })));
}
