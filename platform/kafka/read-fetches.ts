import { createRequire } from 'node:module';
import { answerMemory } from './frame-socket.ts';
import { type FetchAnswer, readFetchAnswer } from './read-fetch-answer.ts';

interface FetchProtocol {
  /** What kafkajs reads a broker's answer to a fetch with. */
  decode(answer: Buffer): Promise<FetchAnswer>;
}

/** The newest version that kafkajs speaks; brokers have it since Kafka 2.3. */
const protocol = createRequire(import.meta.url)(
  'kafkajs/src/protocol/requests/fetch/v11/response',
) as FetchProtocol;
const decodeAsKafkaJs = protocol.decode;

/**
 * From now on, consumers of this process get records as runs (kept-records.ts), if an answer is of the plain form.
 * kafkajs has no option for it, so the method that reads answers is replaced; what it reads differently it reads itself.
 */
export function readFetches(originHeader: string): void {
  const header = Buffer.from(originHeader, 'utf8');
  protocol.decode = async (answer) => {
    const read = readFetchAnswer(answer, header);
    if (read === null) return decodeAsKafkaJs(answer);
    answerMemory.giveBack(answer);
    return read;
  };
}
