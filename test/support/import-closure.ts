import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';

export interface ImportClosure {
  /** Files from the root of the checkout, sorted. */
  readonly files: readonly string[];
  readonly packages: readonly string[];
}

const IMPORT = /^\s*(?:import|export)\s(?!type\b)(?:[^'"`;]*?\sfrom\s)?\s*['"]([^'"]+)['"]/gm;
const SIDE_EFFECT_OR_DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** What some files import at run time, and what that imports. Types are not followed: they vanish. */
export function closeImports(root: string, entries: readonly string[]): ImportClosure {
  const files = new Set<string>();
  const packages = new Set<string>();
  const open = entries.map((entry) => join(root, entry));
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(file, 'utf8');
    for (const [, name = ''] of [...text.matchAll(IMPORT), ...text.matchAll(SIDE_EFFECT_OR_DYNAMIC)]) {
      if (name.startsWith('.')) open.push(join(dirname(file), name));
      else if (!name.startsWith('node:') && !builtinModules.includes(name)) packages.add(packageOf(name));
    }
  }
  return {
    files: [...files].map((file) => relative(root, file)).sort(),
    packages: [...packages].sort(),
  };
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
