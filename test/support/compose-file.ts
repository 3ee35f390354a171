import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const list = z.array(z.string()).default([]);

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      build: z.string().optional(),
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), z.coerce.string()).default({}),
      volumes: list,
      secrets: list,
      ports: list,
      healthcheck: z.object({ test: z.array(z.string()) }).optional(),
      depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
    }),
  ),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
  volumes: z.record(z.string(), z.unknown()),
});

export type ComposeFile = z.output<typeof composeSchema>;
export type ComposeService = ComposeFile['services'][string];

/** Variables that the file needs from `.env`: those of `${NAME:?…}`. */
export function requiredVariables(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => String(name)));
}

/**
 * Reads a compose file as Compose does, as far as ours goes: merge keys, `${NAME:?message}`, `${NAME:-default}` and
 * `$$`. Throws when a needed variable is absent.
 */
export function readCompose(file: string, env: Readonly<Record<string, string>>): ComposeFile {
  const text = readFileSync(file, 'utf8').replace(
    /\$\$|\$\{(\w+):([?-])([^}]*)\}/g,
    (placeholder, name: string | undefined, kind: string, rest: string) => {
      if (name === undefined) return '$';
      const value = env[name] ?? (kind === '-' ? rest : undefined);
      if (value === undefined) throw new Error(`${placeholder} is not given`);
      return value;
    },
  );
  return composeSchema.parse(parse(text, { merge: true }));
}
