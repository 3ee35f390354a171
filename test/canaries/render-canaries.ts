import type { CanaryResult, Leak } from './run-canaries.ts';

/** What a run showed, in Markdown. */
export function renderCanaries(
  result: CanaryResult,
  run: { date: Date; commit: string; seed: number },
): string {
  const { planted, found, account, places, kills } = result;
  const lines = [
    `# Canaries, ${run.date.toISOString().slice(0, 10)}`,
    '',
    `Commit ${run.commit}, seed ${run.seed}: ${planted} canaries planted, ${found} found; ${kills} processes killed; ` +
      `${result.durationS} s.`,
    '',
    '| place | files or parts | bytes | canaries found |',
    '|---|---:|---:|---:|',
    ...[...places]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([place, { parts, bytes, found: here }]) => {
        return `| ${place} | ${parts} | ${bytes} | ${[...here.keys()].filter((id) => id >= 0).length} |`;
      }),
    '',
    'Raw topics hold what senders sent until they are trimmed: they are the one stated exception. In topics that',
    'Docket fills itself (accesses, rejections and so on) only what was appended there by hand may be found.',
    '',
    `Of ${result.sdkTexts} canaries in texts that went through the SDK, ${result.sdkTextsInRawTopics} are in raw topics.`,
    '',
    '| what became of the event | canaries |',
    '|---|---:|',
    ...Object.entries(account.byFate).map(([fate, canaries]) => `| ${fate} | ${canaries} |`),
    '',
    `A canary that was put into the store behind the system's back was ${result.searchWorks ? '' : 'NOT '}found.`,
    '',
  ];
  return lines.join('\n');
}

/** What is wrong, for people: leaks by what leaked, with an example and where it stands, and events gone astray. */
export function describeTrouble({ leaks, account }: CanaryResult, most: number): string[] {
  const byCanary = new Map<number, Leak[]>();
  for (const leak of leaks) byCanary.set(leak.canary.id, [...(byCanary.get(leak.canary.id) ?? []), leak]);
  const examples = [...byCanary.values()].flatMap(([first, ...rest]) => {
    if (first === undefined) return [];
    const { kind, spelling, route, place, text } = first.canary;
    const where = [first, ...rest].map((leak) => `${leak.place} (${leak.part.slice(-60)})`);
    const example = `by ${route} in ${place}: ${JSON.stringify(text.slice(0, 120))} in ${where.slice(0, 3).join(', ')}`;
    return [{ what: `${kind}, ${spelling}`, example }];
  });
  const exampleOf = new Map(examples.map(({ what, example }) => [what, example]));
  return [
    ...countBy(examples, ({ what }) => what)
      .slice(0, most)
      .map((line) => `leak: ${line}, such as ${exampleOf.get(line.replace(/^\d+ × /, ''))}`),
    ...countBy(account.unaccounted, ({ event, became }) => {
      return `unaccounted: ${event.route} should be ${event.fates.join(' or ')} and is ${became}`;
    }).slice(0, most),
  ];
}

function countBy<T>(items: readonly T[], nameOf: (item: T) => string): string[] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(nameOf(item), (counts.get(nameOf(item)) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `${count} × ${name}`);
}

/** The result's figures, without its evidence. */
export function summarise(result: CanaryResult, seed: number): object {
  const { planted, found, account, places } = result;
  return {
    planted,
    found,
    unaccounted: account.unaccounted.length,
    became: account.byFate,
    sdk_texts: result.sdkTexts,
    sdk_texts_in_raw_topics: result.sdkTextsInRawTopics,
    search_works: result.searchWorks,
    kills: result.kills,
    seed,
    duration_s: result.durationS,
    searched_bytes: Object.fromEntries([...places].map(([place, { bytes }]) => [place, bytes])),
  };
}
