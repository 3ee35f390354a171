import type { z } from 'zod';
import { compileEventJson } from '../../domain/contract/event-json.ts';
import { inputOf } from '../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { ROUTE_SPECS, type RouteSpec } from './event-route-specs.ts';
import { newSalt } from './new-salt.ts';

export interface Problem {
  /** Where, as a JSON path such as `$[3].enforcer.id`. */
  readonly path: string;
  /** What is wanted. Never a value. */
  readonly message: string;
}

/** One kind of event that is taken as JSON. */
export interface EventRoute extends Omit<RouteSpec, 'defaults' | 'check'> {
  /** The event's JSON form; what it gives still lacks what `complete` adds: the tenant, the salts and the rest. */
  readonly schema: z.ZodType;
  readonly check: NonNullable<RouteSpec['check']>;
}

const WITHHELD = ['salt', 'erasable.salt'];

/** Every route that takes events as JSON, with the schemas of the newest release. */
export function compileEventRoutes(registry: SchemaRegistry): readonly EventRoute[] {
  return ROUTE_SPECS.map((spec) => {
    const { type } = registry.newest(spec.subject);
    const { producerPath, keyPath } = inputOf(spec.subject);
    const identities = [producerPath, keyPath].filter((path) => path !== null).map((path) => path.join('.'));
    const options = { defaults: { tenant_id: '', ...spec.defaults }, withheld: WITHHELD, identities };
    return {
      ...spec,
      schema: compileEventJson(type, options),
      check: spec.check ?? (() => []),
      complete: (event, identity) => ({
        ...spec.complete(event, identity),
        tenant_id: identity.tenantId,
        salt: newSalt(),
      }),
    };
  });
}
