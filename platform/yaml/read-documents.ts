import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml';

/** Where something stands in a file; both from 1. */
interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** One document of a file. */
interface YamlDocument {
  readonly file: string;
  readonly value: unknown;
  /**
   * Where the value at a path stands; where there is none, the nearest thing that encloses it. `key`: where its name
   * stands.
   */
  readonly positionOf: (path: readonly PropertyKey[], part?: 'value' | 'key') => TextPosition;
}

/** What is no YAML, and where. */
interface YamlProblem extends TextPosition {
  readonly file: string;
  readonly message: string;
}

export interface YamlDocuments {
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly YamlProblem[];
}

/** Documents of a text in which `---` may separate several. Empty ones are left out, broken ones are problems. */
export function parseYamlDocuments(file: string, text: string): YamlDocuments {
  const lines = new LineCounter();
  const documents: YamlDocument[] = [];
  const problems: YamlProblem[] = [];
  const at = (offset: number): TextPosition => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  for (const document of Array.isArray(parsed) ? parsed : []) {
    const broken = [...document.errors, ...document.warnings];
    problems.push(
      ...broken.map((error) => ({ file, ...at(error.pos[0]), message: `is not YAML: ${error.message}` })),
    );
    if (broken.length > 0 || document.contents === null) continue;
    const start = document.contents.range?.[0] ?? 0;
    try {
      const value: unknown = document.toJS();
      if (value === null) continue;
      documents.push({
        file,
        value,
        positionOf: (path, part) => at(offsetOf(document, path, part) ?? start),
      });
    } catch {
      problems.push({ file, ...at(start), message: 'has too many aliases: write the values out' });
    }
  }
  return { documents, problems };
}

/** Reads every `*.yaml` and `*.yml` of a folder, by name. Throws when the folder, or one of them, cannot be read. */
export async function readYamlFolder(folder: string): Promise<YamlDocuments & { readonly files: number }> {
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort();
  const read = await Promise.all(
    names.map(async (name) => parseYamlDocuments(name, await readFile(join(folder, name), 'utf8'))),
  );
  return {
    files: names.length,
    documents: read.flatMap(({ documents }) => documents),
    problems: read.flatMap(({ problems }) => problems),
  };
}

function offsetOf(
  document: Document.Parsed,
  path: readonly PropertyKey[],
  part: 'value' | 'key' = 'value',
): number | undefined {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0];
  for (const [index, key] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    let next: unknown = null;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) return offset;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      if (part === 'key' && index === path.length - 1) return offset;
      next = pair.value;
    } else if (isSeq(node)) next = node.items[Number(key)];
    const range = rangeOf(next);
    if (range === null) return offset;
    node = range.node;
    offset = range.offset ?? offset;
  }
  return offset;
}

// A key without a value has an empty one, behind the colon: its name is a better place to point at.
function rangeOf(value: unknown): { readonly node: Node; readonly offset: number | undefined } | null {
  if (isScalar(value)) {
    const isEmpty = value.value === null && value.source === '';
    return { node: value, offset: isEmpty ? undefined : value.range?.[0] };
  }
  if (isMap(value) || isSeq(value) || isAlias(value)) return { node: value, offset: value.range?.[0] };
  return null;
}
