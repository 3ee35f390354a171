import type { Masks, Ruleset } from './ruleset.ts';

/** A place on the way of one or more pointers. */
interface Place {
  /** A pointer ends here, or the key is one that is always masked. */
  readonly isEnd: boolean;
  readonly keys: ReadonlyMap<string, Place>;
  readonly anyKey: Place | undefined;
  readonly anyIndex: Place | undefined;
}

/** Pointers and names of one tenant, compiled. */
export interface MaskTree {
  readonly root: Place;
  /** The places one step further on; one that ends when the key's name is a sensitive one. */
  step(places: readonly Place[], key: string, isIndex: boolean): readonly Place[];
}

const MASKED_BY_NAME: Place = { isEnd: true, keys: new Map(), anyKey: undefined, anyIndex: undefined };

/** Compiles the masks of everybody and those that single tenants add. */
export function compileMasks(ruleset: Ruleset): (tenantId: string | undefined) => MaskTree {
  const common = compileTree([ruleset.masks]);
  const byTenant = new Map(
    Object.entries(ruleset.tenants).map(([tenant, { masks }]) => [
      tenant,
      compileTree([ruleset.masks, masks]),
    ]),
  );
  return (tenantId) => (tenantId === undefined ? undefined : byTenant.get(tenantId)) ?? common;
}

function compileTree(masks: readonly Masks[]): MaskTree {
  const names = new Set(masks.flatMap((each) => each.names.map(bareName)));
  const paths = masks.flatMap((each) => each.pointers.map(splitPointer));
  return {
    root: compilePlace(paths),
    step: (places, key, isIndex) => {
      const next: Place[] = !isIndex && names.has(bareName(key)) ? [MASKED_BY_NAME] : [];
      for (const place of places) {
        const named = place.keys.get(key);
        if (named !== undefined) next.push(named);
        const any = isIndex ? (place.anyIndex ?? place.anyKey) : place.anyKey;
        if (any !== undefined) next.push(any);
      }
      return next;
    },
  };
}

function compilePlace(paths: readonly (readonly string[])[]): Place {
  const longer = paths.filter((path) => path.length > 0);
  const after = (step: string) => longer.filter((path) => path[0] === step).map((path) => path.slice(1));
  const steps = new Set(longer.map((path) => path[0] ?? ''));
  return {
    isEnd: longer.length < paths.length,
    keys: new Map(
      [...steps]
        .filter((step) => step !== '*' && step !== '-')
        .map((step) => [step, compilePlace(after(step))]),
    ),
    anyKey: steps.has('*') ? compilePlace(after('*')) : undefined,
    anyIndex: steps.has('-') ? compilePlace(after('-')) : undefined,
  };
}

function splitPointer(pointer: string): string[] {
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** `X-Api-Key`, `xApiKey` and `x_api_key` are one name. */
function bareName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
