import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeTrouble } from '../canaries/render-canaries.ts';
import { isSearched, runCanaries } from '../canaries/run-canaries.ts';

test('invented personal data in any field, by any road, is in no table, log, metric, answer or file of ours', {
  timeout: 400_000,
}, async (t) => {
  const result = await runCanaries({ count: 400, seed: 11, keepData: false, progress: () => {} });
  const { planted, found, kills, account, searchWorks, sdkTexts, sdkTextsInRawTopics } = result;
  t.diagnostic(JSON.stringify({ planted, kills, sdkTexts, became: account.byFate }));
  const trouble = describeTrouble(result, 20).join('\n');
  assert.deepEqual({ found, unaccounted: account.unaccounted.length }, { found: 0, unaccounted: 0 }, trouble);
  assert.ok(planted >= 400);
  assert.ok(isSearched(result), 'a kind of place had nothing to search');
  assert.ok(searchWorks, 'what was put into the store on purpose was not found');
  assert.ok(kills >= 5, `${kills} processes were killed`);
  assert.ok(sdkTexts > 0);
  assert.equal(sdkTextsInRawTopics, 0, 'the SDK redacts before it sends');
});
