import { z } from 'zod';
import type { AlertRoutes } from './alert-routes.ts';
import { ALERTS } from './metric-names.ts';
import { openSheet, type PositionedDocument, type Sheet, type SloProblem } from './openslo/sheet.ts';

type ParsedRoutes = { readonly routes: AlertRoutes } | { readonly problems: readonly SloProblem[] };

const MATCHES = ['policies', 'services', 'slos', 'alerts'] as const;
const ALERT_NAMES: readonly string[] = Object.values(ALERTS);

// What reaches a template between quotes must hold none.
const id = z
  .string()
  .regex(/^[A-Za-z0-9*][A-Za-z0-9._:-]{0,127}$/, 'must be an id: letters, digits, . _ : -');
const owner = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be a name: small letters, digits and hyphens, at most 63');
const ids = z.array(id).default([]);
const match = { policies: ids, services: ids, slos: ids, alerts: ids };
const shape = z.strictObject({
  owners: z.array(z.strictObject({ owner, ...match })).default([]),
  legal: z.strictObject(match).default({ policies: [], services: [], slos: [], alerts: [] }),
});

/**
 * Reads who is told of alerts from the documents of a file (one, or none at all). Either the routes, or every problem at
 * once. `sloNames`: the objectives that there are.
 */
export function parseAlertRoutes(
  documents: readonly PositionedDocument[],
  sloNames: readonly string[],
): ParsedRoutes {
  const problems: SloProblem[] = [];
  const [first, second] = documents;
  if (second !== undefined) {
    openSheet(second, problems).problem([], 'is a second document: write everything into the first');
  }
  const sheet = openSheet(
    first ?? { file: '', value: {}, positionOf: () => ({ line: 1, column: 1 }) },
    problems,
  );
  const routes = sheet.take([], shape);
  if (routes !== undefined) {
    refuseDoubles(sheet, routes);
    refuseUnknown(sheet, routes, sloNames);
  }
  if (problems.length > 0 || routes === undefined) {
    return { problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
  }
  return { routes };
}

// Two owners of one thing would make the order of lines decide.
function refuseDoubles(sheet: Sheet, { owners }: AlertRoutes): void {
  const ownerOf = new Map<string, string>();
  for (const [index, entry] of owners.entries()) {
    if (owners.findIndex((other) => other.owner === entry.owner) < index) {
      sheet.problem(['owners', index, 'owner'], 'is named above: join the two');
    }
    if (MATCHES.every((kind) => entry[kind].length === 0)) {
      sheet.problem(['owners', index], `owns nothing: give ${MATCHES.join(', ')}, or remove it`);
    }
    for (const kind of MATCHES) {
      for (const [at, value] of entry[kind].entries()) {
        const earlier = ownerOf.get(`${kind} ${value}`);
        if (earlier === undefined) ownerOf.set(`${kind} ${value}`, entry.owner);
        else sheet.problem(['owners', index, kind, at], `belongs to ${earlier} already: give it one owner`);
      }
    }
  }
}

function refuseUnknown(sheet: Sheet, routes: AlertRoutes, sloNames: readonly string[]): void {
  const check = (path: readonly PropertyKey[], { slos, alerts }: AlertRoutes['legal']): void => {
    for (const [at, name] of slos.entries()) {
      if (!sloNames.includes(name)) sheet.problem([...path, 'slos', at], 'is no objective of config/slos');
    }
    for (const [at, name] of alerts.entries()) {
      if (!ALERT_NAMES.includes(name)) {
        sheet.problem([...path, 'alerts', at], 'is no alert: docs/runbooks has one file for each');
      }
    }
  };
  for (const [index, entry] of routes.owners.entries()) check(['owners', index], entry);
  check(['legal'], routes.legal);
}
