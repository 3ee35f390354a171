import { inputOfTopic } from '../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { textColumnsOf } from '../../domain/contract/text-columns.ts';
import type { StoredLeak } from '../leak/leak-store.ts';
import type { FieldPlace, ScrubStore, StatementSigner } from './ports.ts';

/** What stands in the place of a text that was taken out. */
export const SCRUBBED = '[SCRUBBED]';

export interface ScrubOptions {
  readonly store: ScrubStore;
  readonly registry: SchemaRegistry;
  readonly signer: StatementSigner;
  /** Sign and change nothing. */
  readonly dryRun: boolean;
  /** Waits for the recorder a little; false when that was long enough. */
  readonly waitForRecorder: (attempt: number) => Promise<boolean>;
}

export type ScrubOutcome = 'scrubbed' | 'was_scrubbed' | 'would_scrub';

/**
 * Takes the text of a leak out of its record: first the statement, signed and recorded, then the text and the salt go;
 * the leaf stays. Each step looks at what is done already, so that it can be repeated after a crash.
 * Throws an Error that says why when the leak is none of a stored text, or the record is not the one it names.
 */
export async function scrubLeak(leak: StoredLeak, options: ScrubOptions): Promise<ScrubOutcome> {
  const { store } = options;
  const place = findPlace(leak, options.registry);
  const field = await store.readField(place);
  if (field === null) throw new Error(`there is no record at ${nameOf(place)}; nothing is changed`);
  if (field.tenantId !== leak.tenantId)
    throw new Error(`the record at ${nameOf(place)} is of another tenant than the leak; nothing is changed`);
  if (field.isScrubbed) return 'was_scrubbed';
  if (options.dryRun) return 'would_scrub';
  await state(leak, place, options);
  await store.scrub(place, field.appendDay);
  const after = await store.readField(place);
  if (after?.isScrubbed !== true) throw new Error('the text is still there: run the same command again');
  return 'scrubbed';
}

/** A statement that is recorded stands already: the text may have survived a crash. */
async function state(leak: StoredLeak, place: FieldPlace, options: ScrubOptions): Promise<void> {
  const { store, signer } = options;
  if (await store.hasStatement(leak.id)) return;
  const { topic, partition, offset } = place;
  await signer.issueStatement({
    kind: 'SCRUB',
    tenant: leak.tenantId,
    about: leak.id,
    ranges: [{ topic, partition, first_offset: offset, last_offset: offset }],
    rows: 1,
    details: [
      { key: 'path', value: leak.path },
      { key: 'rule', value: leak.rule },
      { key: 'table', value: place.table },
    ],
  });
  for (let attempt = 0; !(await store.hasStatement(leak.id)); attempt++)
    if (!(await options.waitForRecorder(attempt)))
      throw new Error('the statement is published and not recorded yet: run the same command again');
}

function findPlace(leak: StoredLeak, registry: SchemaRegistry): FieldPlace {
  const { topic, partition, offset, path } = leak;
  if (leak.source === 'GATE')
    throw new Error('the final gate blanked this text before it was stored: there is nothing to scrub');
  if (topic === null || partition === null || offset === null)
    throw new Error('this leak stands in no record: there is nothing to scrub');
  const input = inputOfTopic(topic);
  const columns = textColumnsOf(registry.newest(`recorded-${input.subject}`).type);
  const column = columns.find((candidate) => candidate.path === path);
  if (column === undefined || leak.table !== input.table)
    throw new Error(`the field ${path} of ${leak.table} is no text of ${topic}; nothing is changed`);
  return { table: input.table, topic, partition, offset, column: column.name, repeated: column.repeated };
}

function nameOf({ topic, partition, offset }: FieldPlace): string {
  return `${topic}/${partition}/${offset}`;
}
