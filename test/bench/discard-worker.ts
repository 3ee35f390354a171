import { type ConsumeOptions, consumeTopic } from './consume-topic.ts';
import { joinParent } from './run-worker.ts';

// Consume and discard: what kafkajs takes, before anybody does anything with a record.
const { options, report } = joinParent<ConsumeOptions>();
let consumed = 0;
report(consumed);
await consumeTopic(options, (records) => {
  consumed += records.length;
  report(consumed);
});
