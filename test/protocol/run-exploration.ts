import { writeFileSync } from 'node:fs';
import { readOptions } from '../support/read-options.ts';
import { explore } from './explore.ts';
import { GUARD_TRIALS, NO_LIMITS, rulesOf, trialRules } from './guard-trials.ts';
import type { WorldRules } from './world.ts';

const USAGE = `npm run explore -- [options]    every order of events in one world with every guard on

  --owners 2|3    recorders (2)
  --log a,-,a     what the log holds: a an event, a second a its copy, - what cannot be read (a,-,a)
  --batch N       records in a batch (2)
  --partial       an insert may become several parts
  --forgetful     the group may be forgotten
  --depth N       no further than so many steps
  --seconds N     no longer than that
  --ends          also look for states that the end cannot be reached from
  --json          the last line of the output is one JSON object
  --guards        instead: the shortest way to a violation with each guard off in turn
  --write         keeps those in counterexamples.json, which npm test walks again`;

const values = readOptions(USAGE, {
  owners: { type: 'string', default: '2' },
  log: { type: 'string', default: 'a,-,a' },
  batch: { type: 'string', default: '2' },
  partial: { type: 'boolean', default: false },
  forgetful: { type: 'boolean', default: false },
  depth: { type: 'string' },
  seconds: { type: 'string' },
  ends: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  guards: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
});
const limits = {
  ...NO_LIMITS,
  depth: Number(values.depth ?? Number.POSITIVE_INFINITY),
  seconds: Number(values.seconds ?? Number.POSITIVE_INFINITY),
  findEnds: values.ends,
};
process.exitCode = values.guards ? exploreGuards() : exploreWorld();

function exploreWorld(): number {
  const rules: WorldRules = rulesOf({
    owners: Number(values.owners),
    log: values.log.split(',').map((key) => (key === '-' ? null : key)),
    maxBatch: Number(values.batch),
    partialInserts: values.partial,
    forgetsGroups: values.forgetful,
  });
  const found = explore(rules, limits);
  const { violation, ...figures } = found;
  if (violation !== null) console.log(`${violation.what}:\n  ${violation.steps.join('\n  ')}`);
  const { owners, log, maxBatch, partialInserts, forgetsGroups } = rules;
  const summary = {
    ...{ owners, log, maxBatch, partialInserts, forgetsGroups },
    ...figures,
    seconds: Math.round(figures.seconds),
    violation: violation?.what ?? null,
  };
  if (values.json) console.log(JSON.stringify(summary));
  else console.table(Object.entries(summary).map(([name, value]) => ({ name, value: String(value) })));
  return violation === null && (found.stuck ?? 0) === 0 ? 0 : 1;
}

function exploreGuards(): number {
  const found = GUARD_TRIALS.map((trial) => {
    const { violation, states, seconds } = explore(trialRules(trial), {
      ...limits,
      after: trial.after ?? [],
    });
    const steps = violation?.steps ?? [];
    console.log(
      `${trial.guard}: ${violation?.what ?? 'NOTHING FOUND'} after ${steps.length} steps (${states} states, ${seconds.toFixed(0)} s)`,
    );
    return { guard: trial.guard, what: violation?.what ?? null, steps };
  });
  const file = new URL('./counterexamples.json', import.meta.url);
  if (values.write) writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`);
  return found.every(({ what }) => what !== null) ? 0 : 1;
}
