import { inputOf } from '../../domain/contract/inputs.ts';

// The recorder with another number of partitions of the decisions topic, to see how it scales. Identities stand on
// that number, so it is fixed for everyone else; here both the topic and the store are thrown away afterwards.
Object.assign(inputOf('decision'), { partitions: Number(process.env.BENCH_DECISION_PARTITIONS) });
await import('../../services/recorder/main.ts');
